using System.Text.Json.Nodes;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Testing;

namespace Marketplace.Chain.Tests.Markets;

/// <summary>A real market on a real chain of its own, with one account for each part that is played.</summary>
sealed class MarketFixture : IAsyncDisposable
{
    readonly AnvilProcess anvil;
    readonly RpcHttpConnection connection;
    readonly List<LocalSigner> signers = [];
    readonly Dictionary<Address, TransactionSender> senders = [];
    int intents;

    MarketFixture(AnvilProcess anvil)
    {
        this.anvil = anvil;
        Endpoint = new TcpForwarder(anvil.Port);
        Endpoint.Start();
        var options = new RpcConnectionOptions { Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(10) };
        connection = new RpcHttpConnection(RpcEndpoint.Parse($"http://127.0.0.1:{Endpoint.Port}"), options, TimeProvider.System);
        Connection = new FaultyConnection(connection);
        (Deployer, Consumer, Owner, Operator) = (Account(0), Account(1), Account(2), Account(3));
    }

    /// <summary>What stands between the market and its chain, and can go down.</summary>
    public TcpForwarder Endpoint { get; }

    public FaultyConnection Connection { get; }

    public LocalSigner Deployer { get; }

    public LocalSigner Consumer { get; }

    public LocalSigner Owner { get; }

    public LocalSigner Operator { get; }

    public Market Market { get; private set; } = null!;

    /// <summary>What <see cref="Market"/> was deployed from.</summary>
    public MarketPlan Plan { get; private set; } = null!;

    public static Address Treasury { get; } = Address.Parse("0x00000000000000000000000000000000000007ea");

    /// <summary>Each has a value of its own, so that two that change places are noticed.</summary>
    public static MarketParameters Parameters { get; } = new()
    {
        ChallengesPerEpoch = 9,
        ProofWindow = TimeSpan.FromSeconds(20),
        StakePerGiB = TokenAmount.FromTokens(2),
        MissSlashBps = 500,
        MissGraceEpochs = 0,
        UnbondingEpochs = 1,
        BillingCycle = 2,
        SettlementGrace = 3,
        TerminationNotice = 1,
        ProtocolFeeBps = 200,
        CompensationBps = 4_000,
        AuditWindow = TimeSpan.FromSeconds(60),
        AuditBond = TokenAmount.FromTokens(7),
        AuditSlashBps = 4_001,
        LossSlashBps = 501,
        MinSelfStakeBps = 1_001,
        CommissionNotice = 4,
        Treasury = Treasury,
    };

    public static async Task<MarketFixture> StartAsync(params string[] arguments)
    {
        var fixture = new MarketFixture(await AnvilProcess.StartAsync(arguments));
        try
        {
            await fixture.DeployAsync();
            return fixture;
        }
        catch
        {
            await fixture.DisposeAsync();
            throw;
        }
    }

    async Task DeployAsync()
    {
        var client = new EthereumClient(Connection, ContractErrors.Decoder);
        var head = await client.GetHeaderAsync(BlockTag.Latest);
        Plan = new MarketPlan
        {
            TokenHolder = Deployer.Address,
            Supply = TokenAmount.FromTokens(1_000_000),
            Owner = Deployer.Address,
            Genesis = head!.Timestamp,
            EpochLength = TimeSpan.FromSeconds(60),
            Parameters = Parameters,
        };
        Market = new Market(Connection, await new MarketDeployer(client, Sender(client, Deployer)).DeployAsync(Plan));
    }

    /// <summary>Deploys another market beside this one.</summary>
    public Task<Deployment> DeployAsync(MarketPlan plan) =>
        new MarketDeployer(Market.Client, Sender(Market.Client, Deployer)).DeployAsync(plan);

    /// <summary>Deploys a market beside this one that its token's holders govern.</summary>
    public async Task<Deployment> DeployGovernedAsync()
    {
        static (TimeSpan, TimeSpan) Times(int value) => (TimeSpan.FromSeconds(value), TimeSpan.FromSeconds(value - 1));
        return await DeployAsync(Plan with
        {
            Owner = null,
            Genesis = (await Market.Client.GetHeaderAsync(BlockTag.Latest))!.Timestamp,
            Parameters = Parameters with { Treasury = Address.Zero },
            Governance = new GovernancePlan
            {
                VotingDelay = Times(10), VotingPeriod = Times(30), LateQuorumExtension = Times(20), TimelockDelay = Times(40),
                ProposalThreshold = TokenAmount.FromTokens(100), QuorumPercent = 4,
            },
        });
    }

    /// <summary>Sends and waits for the block.</summary>
    public Task<TransactionReceipt> SendAsync(LocalSigner from, TransactionRequest request) =>
        Sender(Market.Client, from).SendAsync(request, $"test:{++intents}");

    /// <summary>
    /// Sends from one of the chain's own accounts, whose nonces the chain counts, and waits for the block: for transactions that reorganisations take back.
    /// </summary>
    public async Task SendDirectlyAsync(LocalSigner from, TransactionRequest request)
    {
        var before = await Market.Client.GetTransactionCountAsync(from.Address, BlockTag.Latest);
        await Market.Client.SendAsync(
            "eth_sendTransaction",
            [new JsonObject { ["from"] = from.Address.ToString(), ["to"] = request.To.ToString(),
                ["data"] = RpcParameters.Bytes(request.Data.Span) }]);
        while (await Market.Client.GetTransactionCountAsync(from.Address, BlockTag.Latest) == before)
            await Task.Delay(10);
    }

    /// <summary>A registered provider with stake for 100 GiB and a listing of 50.</summary>
    public async Task<ListingId> ProvideAsync()
    {
        await SendAsync(Deployer, Market.Token.Transfer(Owner.Address, TokenAmount.FromTokens(1_000)));
        await SendAsync(Owner, Market.Registry.Register(Particulars));
        var permit = await Market.Token.SignPermitAsync(Owner, Market.Stakes.Address, TokenAmount.FromTokens(200), await DeadlineAsync());
        await SendAsync(Owner, Market.Stakes.Stake(TokenAmount.FromTokens(200), permit));
        return Market.Listings.ReadPublished(await SendAsync(Owner, Market.Listings.Publish(Terms)));
    }

    /// <summary>An agreement of some epochs over 10 GiB, with a permit for the deposit.</summary>
    public async Task<AgreementId> RentAsync(ListingId listing, ulong term)
    {
        await SendAsync(Deployer, Market.Token.Transfer(Consumer.Address, TokenAmount.FromTokens(1_000)));
        var deposit = Terms.Price * 10 * term;
        var permit = await Market.Token.SignPermitAsync(Consumer, Market.Escrow.Address, deposit, await DeadlineAsync());
        var request = new Agreements.AgreementRequest(listing, new GiB(10), term, Consumer.Address, deposit, Terms.EgressPrice);
        return Assert.Single(Market.Agreements.ReadOpened(await SendAsync(Consumer, Market.Agreements.Open([request], permit))));
    }

    /// <summary>Leave for a contract to take tokens, good for an hour.</summary>
    public async Task<Token.TokenPermit> PermitAsync(LocalSigner from, Address spender, TokenAmount amount) =>
        await Market.Token.SignPermitAsync(from, spender, amount, await DeadlineAsync());

    public Registry.ProviderParticulars Particulars =>
        new(Operator.Address, "https://provider.example:8443", Keccak256.Hash("tls"), "DE", "bafy");

    public static Listings.ListingTerms Terms { get; } =
        new(TokenAmount.FromTokens(1), new GiB(50), 1, 100, TokenAmount.Zero, AutoAccept: true);

    /// <summary>Moves the chain to the start of an epoch that is later than now.</summary>
    public async Task GoToAsync(Epoch epoch)
    {
        await Market.Client.SendAsync("evm_setNextBlockTimestamp", [JsonValue.Create(Market.Clock.StartOf(epoch).ToUnixTimeSeconds())]);
        await MineAsync();
    }

    public Task MineAsync(int blocks = 1) => Market.Client.SendAsync("anvil_mine", [JsonValue.Create($"0x{blocks:x}")]);

    public Task RollbackAsync(int blocks) => Market.Client.SendAsync("anvil_rollback", [JsonValue.Create(blocks)]);

    /// <summary>Replaces the newest blocks by as many empty ones.</summary>
    public Task ReorganiseAsync(int depth) => Market.Client.SendAsync("anvil_reorg", [JsonValue.Create(depth), new JsonArray()]);

    public async Task<Epoch> EpochAsync() => await Market.Parameters.GetCurrentEpochAsync();

    async Task<DateTimeOffset> DeadlineAsync() => (await Market.Client.GetHeaderAsync(BlockTag.Latest))!.Timestamp + TimeSpan.FromHours(1);

    TransactionSender Sender(EthereumClient client, LocalSigner signer)
    {
        if (!senders.TryGetValue(signer.Address, out var sender))
        {
            sender = new TransactionSender(
                client, signer, new NonceTracker(client, AnvilProcess.ChainId, signer.Address, new MemoryNonceStore(), TimeProvider.System),
                new FeeEstimator(client, new FeeEstimatorOptions()), new MemoryTransactionJournal(),
                new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
            senders.Add(signer.Address, sender);
        }
        return sender;
    }

    LocalSigner Account(int number)
    {
        var signer = new LocalSigner(new PrivateKey(Convert.FromHexString(AnvilProcess.PrivateKeys[number])));
        signers.Add(signer);
        return signer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var signer in signers)
            signer.Dispose();
        connection.Dispose();
        await Endpoint.DisposeAsync();
        await anvil.DisposeAsync();
    }
}
