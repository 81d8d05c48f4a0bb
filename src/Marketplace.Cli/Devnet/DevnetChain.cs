using System.Globalization;
using System.Net;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Chain;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Devnet;

/// <summary>The local network's chain with a freshly deployed market on it, and the account that holds all tokens at first.</summary>
internal sealed class DevnetChain : IAsyncDisposable
{
    const ulong ChainId = 31_337;
    const ulong SupplyTokens = 250_000;
    static readonly Wei Gas = Wei.FromEther(1_000);

    /// <summary>One account that has spent half of what it was given reaches the quorum alone, and a decision takes a minute.</summary>
    static readonly GovernancePlan Governance = new()
    {
        VotingDelay = Seconds(3), VotingPeriod = Seconds(30), LateQuorumExtension = Seconds(10), TimelockDelay = Seconds(10),
        ProposalThreshold = TokenAmount.FromTokens(100), QuorumPercent = 2,
    };

    readonly ChildProcess anvil;
    readonly RpcHttpConnection connection;
    readonly PrivateKey deployer;

    DevnetChain(ChildProcess anvil, string url, RpcHttpConnection connection, PrivateKey deployer)
    {
        this.anvil = anvil;
        this.connection = connection;
        this.deployer = deployer;
        Url = url;
        Client = new EthereumClient(connection);
        Sender = ChainSession.SenderFor(Client, ChainId, deployer, new MemoryNonceStore());
    }

    public string Url { get; }

    public EthereumClient Client { get; }

    /// <summary>Sends for the account that holds all tokens at first.</summary>
    public TransactionSender Sender { get; }

    public Deployment Deployment { get; private set; } = null!;

    public Market Market { get; private set; } = null!;

    /// <summary>Starts a chain and deploys the market.</summary>
    public static async Task<DevnetChain> StartAsync(DevnetPlan plan, CancellationToken cancellationToken)
    {
        var port = FreePort.On(IPAddress.Loopback);
        string[] arguments =
        [
            "--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--chain-id", ChainId.ToString(CultureInfo.InvariantCulture),
            "--block-time", plan.BlockSeconds.ToString(CultureInfo.InvariantCulture), "--accounts", "1", "--hardfork", "prague", "--silent",
        ];
        var anvil = ChildProcess.StartWatched("anvil", AnvilProgram.Find(), arguments, Path.Combine(plan.LogFolder, "chain.log"));
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        var chain = new DevnetChain(anvil, url, ChainSession.Connect(url), PrivateKey.Create());
        try
        {
            await chain.WaitForChainAsync(cancellationToken);
            await chain.GiveGasAsync(chain.deployer.Address, cancellationToken);
            await chain.DeployAsync(plan, cancellationToken);
            return chain;
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives an account what it needs to pay gas.</summary>
    public Task GiveGasAsync(Address account, CancellationToken cancellationToken) =>
        Client.SendAsync("anvil_setBalance", [account.ToString(), "0x" + Gas.Value.ToString("x", CultureInfo.InvariantCulture)], cancellationToken);

    /// <summary>Hands out tokens, and waits until all have theirs.</summary>
    public async Task GiveTokensAsync(IEnumerable<(Address Account, ulong Tokens)> gifts, CancellationToken cancellationToken)
    {
        var pending = new List<PendingTransaction>();
        foreach (var (account, tokens) in gifts)
            pending.Add(await Sender.SubmitAsync(Market.Token.Transfer(account, TokenAmount.FromTokens(tokens)), $"gift:{account}", cancellationToken));
        foreach (var gift in pending)
            await Sender.WaitAsync(gift, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        connection.Dispose();
        deployer.Dispose();
        await anvil.DisposeAsync();
    }

    static (TimeSpan Value, TimeSpan Floor) Seconds(int value) => (TimeSpan.FromSeconds(value), TimeSpan.FromSeconds(1));

    async Task WaitForChainAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await Client.GetBlockNumberAsync(patience.Token);
                return;
            }
            catch (EthereumRpcException) when (!anvil.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
            }
            catch (EthereumRpcException)
            {
                throw new CommandRefusal("chain-failed", "The development chain ended right after its start; its log is logs/chain.log.");
            }
        }
    }

    async Task DeployAsync(DevnetPlan plan, CancellationToken cancellationToken)
    {
        var head = await Client.GetHeadAsync(cancellationToken);
        Deployment = await new MarketDeployer(Client, Sender).DeployAsync(
            new MarketPlan
            {
                TokenHolder = deployer.Address,
                Supply = TokenAmount.FromTokens(SupplyTokens),
                Owner = null,
                Governance = Governance,
                Genesis = head.Timestamp,
                EpochLength = TimeSpan.FromSeconds(plan.EpochSeconds),
                AnchorDelay = 1,
                Parameters = new MarketParameters
                {
                    ProofWindow = TimeSpan.FromSeconds(plan.EpochSeconds / 2),
                    StakePerGiB = TokenAmount.FromTokens((ulong)plan.StakePerGiB),
                    MissSlashBps = 1_000,
                    UnbondingEpochs = 2,
                    BillingCycle = (ulong)plan.BillingCycle,
                    SettlementGrace = (ulong)plan.SettlementGrace,
                    TerminationNotice = 1,
                    AuditWindow = TimeSpan.FromSeconds(plan.EpochSeconds),
                    CommissionNotice = 1,
                    // The timelock.
                    Treasury = Address.Zero,
                },
            },
            cancellationToken);
        Market = new Market(connection, Deployment);
        await DeploymentFile.SaveAsync(Deployment, plan.DeploymentFile, cancellationToken);
    }
}
