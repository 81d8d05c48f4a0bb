using Marketplace.Application.Live;
using Marketplace.Application.Transactions;
using Marketplace.Chain.Deployments;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Web.Transactions;
using MediatR;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Web.Tests.Transactions;

/// <summary>What a gateway that is started anew knows of what was sent before.</summary>
public sealed class SentFileTests : IDisposable
{
    static readonly Address Consumer = Address.Parse("0x00000000000000000000000000000000000000c0"), Contract = Address.Parse("0x00000000000000000000000000000000000000c1");
    static readonly Hash256 First = HashOf(1), Second = HashOf(2);
    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("marketplace-sent-");
    readonly MarketPulse pulse = new(market: null!, TimeSpan.FromSeconds(1), new StillTime());
    readonly Endpoint endpoint = new();

    string Path => System.IO.Path.Combine(folder.FullName, "sent.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task WhatIsUnderWay_IsFollowedFurther_AfterTheGatewayStartedAnew()
    {
        using (var before = Start())
        {
            before.Follow(First, "You rent 4 GiB.", Request, expected: 7);
            endpoint.Fate = new TransactionFate.Pending(9, IsOvertaken: false, IsKnown: true);
            Pass(1);
            await BecomesAsync(before, First, state => state is SentState.Waits { Nonce: 9 });
        }
        endpoint.Fate = new TransactionFate.Failed("The contract refused.");
        using var after = Start();
        var sent = Assert.Single(after.All.Latest!);
        Assert.Equal((First, Consumer, "You rent 4 GiB.", Now), (sent.Hash, sent.Account, sent.Summary, sent.Since));
        Pass(2);
        await BecomesAsync(after, First, state => state is SentState.Failed { Reason: "The contract refused." });
        var asked = endpoint.Newest!;
        Assert.Equal((First, 9ul, 7ul), (asked.Hash, asked.Nonce!.Value, asked.Expected!.Value));
        Assert.Equal((Consumer, Contract, new Wei(3)), (asked.Sent.From!.Value, asked.Sent.To!.Value, asked.Sent.Value));
        Assert.Equal(Request.Data.ToArray(), asked.Sent.Data.ToArray());
    }

    [Fact]
    public async Task WhatBecameOfIt_IsToldUntilItsUserHeardIt_AndNoLonger()
    {
        using (var before = Start())
        {
            before.Follow(First, "one", Request, expected: null);
            endpoint.Fate = new TransactionFate.Failed("why");
            Pass(1);
            await BecomesAsync(before, First, state => state is SentState.Failed);
            before.Follow(Second, "two", Request, expected: null);
            await BecomesAsync(before, Second, state => state is SentState.Failed);
            before.Forget(Second);
        }
        using var after = Start();
        Assert.Equal(new SentState.Failed("why"), Assert.Single(after.All.Latest!).State);
        after.Forget(First);
        using var later = Start();
        Assert.Empty(later.All.Latest ?? []);
    }

    [Fact]
    public async Task WhatAnotherDid_IsToldFurther_AndWhatWasSpedUpIsAskedForByWhatIsThere()
    {
        using (var before = Start())
        {
            before.Follow(First, "one", Request, expected: null);
            endpoint.Fate = new TransactionFate.Replaced(Second, IsCancelled: true);
            await PassUntilAsync(before, First, state => state is SentState.Replaced);
        }
        using (var after = Start())
        {
            Assert.Equal(new SentState.Replaced(Second, IsCancelled: true), Assert.Single(after.All.Latest!).State);
            after.Forget(First);
            after.Follow(First, "one", Request, expected: null);
            endpoint.Fate = new TransactionFate.Done(Receipt, Second);
            await PassUntilAsync(after, First, state => state is SentState.Done);
        }
        using var later = Start();
        Assert.Equal(Second, Assert.Single(later.All.Latest!).Hash);
    }

    [Fact]
    public void File_IsForItsOwnerOnly_AndForOneMarket()
    {
        using (var before = Start())
            before.Follow(First, "one", Request, expected: null);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        using var elsewhere = Start(MarketOf(chainId: 2));
        Assert.Empty(elsewhere.All.Latest ?? []);
    }

    [Fact]
    public void FolderThatIsGone_StopsNothing()
    {
        folder.Delete(recursive: true);
        using var sent = Start();
        sent.Follow(First, "one", Request, expected: null);
        Assert.Single(sent.All.Latest!);
        folder.Create();
    }

    public static TheoryData<string> Nonsense => new(
        "", "\0\0\0", "[]", "{}", "null", new string('[', 100_000), """{"chainId":1,"market":7}""", """{"chainId":1,"chainId":1}""",
        Document("[7]"), Document("{}"), Document("[{}]"), Document("[" + Row.Replace("0xaa", "0xzz", StringComparison.Ordinal) + "]"),
        Document("[" + Row.Replace("1800000000000", "9223372036854775807", StringComparison.Ordinal) + "]"),
        Document("[" + Row.Replace("\"asked\"", "\"eaten\"", StringComparison.Ordinal) + "]"),
        Document("[" + Row.Replace("\"value\":\"0\"", "\"value\":\"-1\"", StringComparison.Ordinal) + "]"),
        Document("[" + Row.Replace("\"data\":\"\"", $"\"data\":\"{new string('0', 1 << 20)}\"", StringComparison.Ordinal) + "]"));

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void File_ThatWasNotWrittenHere_IsRefused_AndBegunAnew(string contents)
    {
        File.WriteAllText(Path, contents);
        using (var sent = Start())
        {
            Assert.Empty(sent.All.Latest ?? []);
            sent.Follow(First, "one", Request, expected: null);
        }
        using var after = Start();
        Assert.Single(after.All.Latest!);
    }

    [Fact]
    public void Texts_ThatTurnOthersAround_AndTimesToCome_AreMadeHarmless()
    {
        File.WriteAllText(Path, Document("[" + Row.Replace("words", "a\u202Eb", StringComparison.Ordinal).Replace("1800000000000", "1900000000000", StringComparison.Ordinal) + "]"));
        using var sent = Start();
        var row = Assert.Single(sent.All.Latest!);
        Assert.Equal(("a\uFFFDb", Now), (row.Summary, row.Since));
    }

    static TransactionRequest Request => new() { From = Consumer, To = Contract, Value = new Wei(3), Data = new byte[] { 1, 2, 3 } };

    static string Row => $$"""
        {"hash":"0xaa{{new string('0', 62)}}","from":"{{Consumer}}","to":null,"value":"0","data":"","expected":null,"summary":"words","since":1800000000000,"nonce":null,"became":"asked","reason":null}
        """;

    static string Document(string transactions) => $$"""{"chainId":1,"market":"{{MarketOf(1).StorageAgreements}}","transactions":{{transactions}}}""";

    SentTransactions Start(Deployment? market = null)
    {
        var cases = new Mediator(wanted => wanted == typeof(IRequestHandler<FollowTransaction, TransactionFate>) ? endpoint : Array.CreateInstance(wanted.GetGenericArguments()[0], 0));
        return new SentTransactions(cases, pulse, new SentFile(Path, market ?? MarketOf(1), NullLogger<SentFile>.Instance), new StillTime());
    }

    void Pass(ulong block) => pulse.Moments.Publish(new ChainMoment(block, Now, default, Now));

    /// <summary>Blocks, until it is that: of those that come too fast some are missed.</summary>
    async Task PassUntilAsync(SentTransactions sent, Hash256 hash, Func<SentState, bool> isIt)
    {
        var becomes = BecomesAsync(sent, hash, isIt);
        for (var block = 1ul; !becomes.IsCompleted; block++)
        {
            Pass(block);
            await Task.Yield();
        }
        await becomes;
    }

    static TransactionReceipt Receipt => new()
    {
        TransactionHash = Second, TransactionIndex = 0, BlockHash = Second, BlockNumber = 3, From = Consumer, To = Contract, ContractAddress = null,
        Succeeded = true, GasUsed = 1, EffectiveGasPrice = Wei.Zero, Logs = [],
    };

    static async Task BecomesAsync(SentTransactions sent, Hash256 hash, Func<SentState, bool> isIt)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var all in sent.All.WatchAsync(patience.Token))
        {
            if (all.Any(one => one.Hash == hash && isIt(one.State)))
                return;
        }
        Assert.Fail("It never became that.");
    }

    static Hash256 HashOf(int number) => Hash256.Parse("0x" + number.ToString("x64", System.Globalization.CultureInfo.InvariantCulture));

    static Deployment MarketOf(ulong chainId) => new()
    {
        ChainId = chainId, DeployBlock = 1, Genesis = Now, EpochLength = TimeSpan.FromDays(1), StorageToken = Contract, MarketplaceParameters = Contract,
        RandomnessBeacon = Contract, ProviderRegistry = Contract, StakeVault = Contract, ListingBook = Contract, AgreementEscrow = Contract, StorageAgreements = Contract,
        PossessionProofs = Contract, DeclaredLosses = Contract, StorageAudits = Contract, EgressVouchers = Contract,
    };

    sealed class Endpoint : IRequestHandler<FollowTransaction, TransactionFate>
    {
        public TransactionFate Fate { get; set; } = new TransactionFate.Pending(null, IsOvertaken: false, IsKnown: false);

        public FollowTransaction? Newest { get; private set; }

        public Task<TransactionFate> Handle(FollowTransaction request, CancellationToken cancellationToken)
        {
            Newest = request;
            return Task.FromResult(Fate);
        }
    }

    sealed class StillTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
