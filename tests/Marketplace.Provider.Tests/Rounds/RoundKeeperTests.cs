using Marketplace.Chain.Losses;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Proving;
using Marketplace.Provider.Proving.Rounds;
using Marketplace.Provider.Tests.Node;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Tests.Rounds;

public sealed class RoundKeeperTests
{
    static readonly TestNetwork Network = TestNetwork.Load();
    static readonly RelayAnswer Missing = new RelayAnswer.Missing();
    static readonly RelayAnswer Useless = new RelayAnswer.Useless("it sleeps");
    static readonly RelayAnswer Lie = new RelayAnswer.Claimed(new byte[64]);

    readonly Relays relays = new();
    readonly Judge judge = new();
    readonly List<string> log = [];

    RoundKeeper Keeper => field ??= new RoundKeeper(
        relays, judge, LoggerFactory.Create(logging => logging.AddProvider(new ListLog(log))).CreateLogger<RoundKeeper>());

    static AwaitedRound Awaited(int epoch) => new(Network.Rounds[epoch].Round, 0, 0);

    static RelayAnswer Right(int epoch) => new RelayAnswer.Claimed(Network.Rounds[epoch].ToBytes());

    Task<Bytes?> FindAsync(int epoch = 1) => Keeper.FindAsync(Awaited(epoch), CancellationToken.None);

    [Fact]
    public async Task Signature_ThatTheContractTakes_IsFoundAndKept()
    {
        relays.Answers.Add(() => Right(1));

        for (var look = 0; look < 3; look++)
            Assert.Equal(Network.Rounds[1].ToBytes(), await FindAsync());

        Assert.Equal([0], relays.Asked);
        Assert.Empty(log);
    }

    [Fact]
    public async Task Relays_AreAskedInTurn_OneALook()
    {
        relays.Answers.AddRange([() => Missing, () => Useless, () => Lie, () => Right(1)]);

        for (var look = 0; look < 3; look++)
            Assert.Null(await FindAsync());
        Assert.Equal(Network.Rounds[1].ToBytes(), await FindAsync());

        Assert.Equal([0, 1, 2, 3], relays.Asked);
        Assert.Equal(
            ["Warning: The drand relay relay-1 is of no use for round 678: it sleeps ",
                "Warning: The drand relay relay-2 answered with a signature that is not drand's of round 678 "], log);
    }

    [Fact]
    public async Task Relays_ThatAllFail_AreAskedOverAgain_AndToldOfOnce()
    {
        relays.Answers.AddRange([() => Useless, () => Lie]);

        for (var look = 0; look < 7; look++)
            Assert.Null(await FindAsync());

        Assert.Equal([0, 1, 0, 1, 0, 1, 0], relays.Asked);
        Assert.Equal(2, log.Count);
    }

    [Fact]
    public async Task Relay_ThatWasRight_IsAskedFirstForTheNextRound()
    {
        relays.Answers.AddRange([() => Useless, () => Right(1)]);
        await FindAsync();
        await FindAsync();
        relays.Answers[1] = () => Right(2);

        Assert.Equal(Network.Rounds[2].ToBytes(), await FindAsync(2));

        Assert.Equal([0, 1, 1], relays.Asked);
    }

    [Fact]
    public async Task Signature_OfTheLastRound_IsNotTakenForTheNext()
    {
        relays.Answers.Add(() => Right(1));
        await FindAsync();

        Assert.Null(await FindAsync(2));
    }

    [Fact]
    public async Task Node_WithoutRelays_LeavesTheRoundToOthers() => Assert.Null(await FindAsync());

    [Fact]
    public async Task Chain_ThatDoesNotAnswer_ConvictsNoRelay()
    {
        relays.Answers.AddRange([() => Right(1), () => Missing]);
        judge.Fault = new TimeoutException();
        await Assert.ThrowsAsync<TimeoutException>(() => FindAsync());
        judge.Fault = null;

        Assert.Equal(Network.Rounds[1].ToBytes(), await FindAsync());

        Assert.Equal([0, 0], relays.Asked);
        Assert.Empty(log);
    }

    /// <summary>Relays that answer as a test says, whatever they are asked.</summary>
    sealed class Relays : IDrandRelays
    {
        public List<Func<RelayAnswer>> Answers { get; } = [];

        public List<int> Asked { get; } = [];

        public int Count => Answers.Count;

        public string NameOf(int relay) => $"relay-{relay}";

        public Task<RelayAnswer> AskAsync(int relay, ulong round, CancellationToken cancellationToken)
        {
            Asked.Add(relay);
            return Task.FromResult(Answers[relay]());
        }
    }

    /// <summary>Knows the network's rounds as the contract does, and nothing else.</summary>
    sealed class Judge : IProvingChain
    {
        public Exception? Fault { get; set; }

        public Task<bool> IsRoundAsync(ulong round, Bytes signature, CancellationToken cancellationToken) =>
            Fault is null ? Task.FromResult(Network.Find(round) is { } known && known.ToBytes().Equals(signature)) : throw Fault;

        public Task<EpochView> ReadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlySet<LostNode>> FindExemptAsync(EpochView view, IReadOnlyList<LostNode> lost, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task OpenAsync(EpochView view, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SealWithRoundAsync(EpochView view, Bytes signature, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SealAsync(EpochView view, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task AdvanceAsync(EpochView view, byte[] answers, StoredCheckpoint next, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task CommitAsync(EpochView view, StoredCheckpoint next, CancellationToken cancellationToken) => throw new NotSupportedException();

        public bool IsUnderWay(EpochView view) => throw new NotSupportedException();
    }
}
