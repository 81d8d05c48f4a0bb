using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Listings;
using Marketplace.Chain.Parameters;
using Marketplace.Chain.Registry;
using Marketplace.Chain.Token;
using Marketplace.Cli.Devnet;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Protocol.Signatures;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Tests.Fragments;
using Marketplace.Provider.Transfer;
using Marketplace.Testing;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Tests.Node;

/// <summary>A whole node, as it is run, on a chain of its own with the really deployed market; time passes when a test says so.</summary>
sealed class NodeFixture : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly AnvilProcess anvil;
    readonly RpcHttpConnection connection;
    readonly LocalSigner[] signers =
        [.. AnvilProcess.PrivateKeys.Select(key => new LocalSigner(new PrivateKey(Convert.FromHexString(key))))];
    readonly Dictionary<Address, TransactionSender> senders = [];
    readonly PrivateKey operatorKey = new(Convert.FromHexString(AnvilProcess.PrivateKeys[3]));
    readonly string folder = Directory.CreateTempSubdirectory("node-").FullName;
    CancellationTokenSource stop = new();
    Task? running;
    ListingId listing;
    int intents;

    NodeFixture(AnvilProcess anvil)
    {
        this.anvil = anvil;
        connection = new RpcHttpConnection(RpcEndpoint.Parse(anvil.Url), new RpcConnectionOptions(), TimeProvider.System);
        Home = new NodeHome(folder);
    }

    public NodeHome Home { get; }

    public Market Market { get; private set; } = null!;

    public LocalSigner Owner => signers[2];

    public PrivateKey DataKey { get; } = PrivateKey.Create();

    public MarketDomain Domain => new(Market.Deployment.ChainId, Market.Deployment.StorageAgreements, Market.Deployment.EgressVouchers);

    public List<string> Log { get; } = [];

    public byte[] Pin { get; private set; } = [];

    public int Port { get; } = FreePort.On(IPAddress.Loopback);

    public int AdminPort { get; } = FreePort.On(IPAddress.Loopback);

    public string Store => Home.DataFolder;

    public Task Running => running!;

    /// <param name="prepare">Changes the market before the node sees it.</param>
    /// <param name="adjust">Changes the node's settings.</param>
    public static async Task<NodeFixture> StartAsync(Func<NodeFixture, Task>? prepare = null, Func<NodeSettings, NodeSettings>? adjust = null)
    {
        var fixture = new NodeFixture(await AnvilProcess.StartAsync());
        try
        {
            await fixture.DeployAsync();
            if (prepare is not null)
                await prepare(fixture);
            await fixture.ProvideAsync(adjust ?? (settings => settings));
            await fixture.RunAsync();
            // A time jump while the first checkpoint is on its way would put it into the next epoch.
            await fixture.UntilAsync(
                async () => await fixture.Market.Proofs.FindCheckpointAsync(fixture.Owner.Address) is not null, "The first checkpoint");
            return fixture;
        }
        catch
        {
            await fixture.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the node; returns once it accepts connections.</summary>
    public async Task RunAsync()
    {
        stop = new CancellationTokenSource();
        var ready = new TaskCompletionSource();
        running = ProviderNode.RunAsync(
            Home, operatorKey, log => log.AddProvider(new ListLog(Log)).SetMinimumLevel(LogLevel.Information), _ => ready.TrySetResult(), stop.Token);
        await await Task.WhenAny(ready.Task, running);
    }

    /// <summary>Changes the settings that the node starts with next.</summary>
    public Task SetAsync(Func<NodeSettings, NodeSettings> adjust) =>
        File.WriteAllTextAsync(Home.SettingsFile, adjust(Home.LoadSettings()).ToString());

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running!;
        running = null;
    }

    /// <summary>An active agreement over 1 GiB for the test's data key.</summary>
    public async Task<AgreementId> RentAsync(ulong term, PrivateKey? dataKey = null)
    {
        var deposit = Terms.Price * term;
        var permit = await Market.Token.SignPermitAsync(signers[1], Market.Escrow.Address, deposit, await DeadlineAsync());
        var request = new AgreementRequest(listing, new GiB(1), term, (dataKey ?? DataKey).Address, deposit, Terms.EgressPrice);
        return Assert.Single(Market.Agreements.ReadOpened(await SendAsync(1, Market.Agreements.Open([request], permit))));
    }

    /// <summary>The consumer's leave for the escrow to take tokens.</summary>
    public async Task<TokenPermit> PermitAsync(TokenAmount amount) =>
        await Market.Token.SignPermitAsync(signers[1], Market.Escrow.Address, amount, await DeadlineAsync());

    /// <summary>Damages the only copy of a fragment that the disk holds.</summary>
    public void Rot(TestFragment fragment)
    {
        using var volume = File.Open(
            Directory.GetFiles(Path.Combine(Store, "volumes")).Single(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var head = new byte[8 << 20];
        volume.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var at = head.AsSpan().IndexOf(fragment.Bytes.AsSpan(0, 32));
        Assert.True(at > 0);
        volume.Position = at + 5;
        volume.WriteByte((byte)(fragment.Bytes[5] ^ 1));
    }

    public Task<TransactionReceipt> SendAsync(int account, TransactionRequest request)
    {
        var signer = signers[account];
        if (!senders.TryGetValue(signer.Address, out var sender))
        {
            sender = new TransactionSender(
                Market.Client, signer,
                new NonceTracker(Market.Client, AnvilProcess.ChainId, signer.Address, new MemoryNonceStore(), TimeProvider.System),
                new FeeEstimator(Market.Client, new FeeEstimatorOptions()), new MemoryTransactionJournal(),
                new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
            senders.Add(signer.Address, sender);
        }
        return sender.SendAsync(request, $"test:{++intents}");
    }

    public async Task<Epoch> GoToNextAsync()
    {
        var next = await Market.Parameters.GetCurrentEpochAsync() + 1;
        await Market.Client.SendAsync("evm_setNextBlockTimestamp", [JsonValue.Create(Market.Clock.StartOf(next).ToUnixTimeSeconds())]);
        await MineAsync();
        return next;
    }

    public Task PassAsync(TimeSpan time) => Market.Client.SendAsync("evm_increaseTime", [JsonValue.Create((long)time.TotalSeconds)]);

    public Task MineAsync() => Market.Client.SendAsync("evm_mine", []);

    /// <summary>Replaces the newest blocks by as many empty ones.</summary>
    public Task ReorganiseAsync(int depth) => Market.Client.SendAsync("anvil_reorg", [JsonValue.Create(depth), new JsonArray()]);

    /// <summary>Lets blocks come until something holds, of the chain's time 8 s or <paramref name="step"/> for each tenth of a second.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds, string what, TimeSpan? step = null)
    {
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while (!await holds())
        {
            if (TimeProvider.System.GetUtcNow() > until)
                Assert.Fail($"{what} did not happen. The node says:\n{LogText}");
            if (running is { IsFaulted: true })
                await running;
            await PassAsync(step ?? TimeSpan.FromSeconds(8));
            await MineAsync();
            await Task.Delay(100);
        }
    }

    public string LogText
    {
        get
        {
            lock (Log)
                return string.Join('\n', Log);
        }
    }

    public Task<bool> HasProvenAsync(Epoch epoch) => Market.Registry.HasProvenAsync(Owner.Address, epoch);

    public async Task<Epoch> ProveNextAsync()
    {
        var epoch = await GoToNextAsync();
        await UntilAsync(() => HasProvenAsync(epoch), $"The proof of epoch {epoch}");
        return epoch;
    }

    /// <summary>A client that trusts the pinned key alone.</summary>
    public HttpClient Connect()
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(((System.Security.Cryptography.X509Certificates.X509Certificate2)certificate!).PublicKey.ExportSubjectPublicKeyInfo()), Pin);
        return new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{Port}"), Timeout = Patience };
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (running is not null)
            await running.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var signer in signers)
            signer.Dispose();
        operatorKey.Dispose();
        DataKey.Dispose();
        connection.Dispose();
        await anvil.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    async Task DeployAsync()
    {
        var client = new EthereumClient(connection, ContractErrors.Decoder);
        var head = await client.GetHeaderAsync(BlockTag.Latest);
        var plan = new MarketPlan
        {
            TokenHolder = signers[0].Address,
            Supply = TokenAmount.FromTokens(1_000_000),
            Owner = signers[0].Address,
            Genesis = head!.Timestamp,
            EpochLength = TimeSpan.FromSeconds(2_000),
            Parameters = new MarketParameters
            {
                StakePerGiB = TokenAmount.FromTokens(2),
                Treasury = Address.Parse("0x00000000000000000000000000000000000007ea"),
                ProofWindow = TimeSpan.FromSeconds(800),
                BillingCycle = 2,
                SettlementGrace = 3,
                MissGraceEpochs = 0,
                UnbondingEpochs = 1,
                TerminationNotice = 1,
                AuditWindow = TimeSpan.FromSeconds(2_000),
                CommissionNotice = 1,
            },
        };
        using var deployer = new LocalSigner(new PrivateKey(Convert.FromHexString(AnvilProcess.PrivateKeys[0])));
        var sender = new TransactionSender(
            client, deployer, new NonceTracker(client, AnvilProcess.ChainId, deployer.Address, new MemoryNonceStore(), TimeProvider.System),
            new FeeEstimator(client, new FeeEstimatorOptions()), new MemoryTransactionJournal(),
            new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
        Market = new Market(connection, await new MarketDeployer(client, sender).DeployAsync(plan));
    }

    static ListingTerms Terms { get; } = new(TokenAmount.FromTokens(1), new GiB(50), 1, 100, TokenAmount.Zero, AutoAccept: true);

    async Task ProvideAsync(Func<NodeSettings, NodeSettings> adjust)
    {
        Home.Create();
        using var tls = TlsIdentity.Create(folder, TimeProvider.System);
        Pin = tls.PublicKeyHash;
        await DeploymentFile.SaveAsync(Market.Deployment, Home.DeploymentFile);
        var settings = adjust(new NodeSettings
        {
            Chain = new Uri(anvil.Url),
            Owner = Owner.Address.ToString(),
            Listen = $"127.0.0.1:{Port}",
            Endpoint = new Uri($"https://127.0.0.1:{Port}"),
            AdminListen = $"127.0.0.1:{AdminPort}",
            CapacityGiB = 2,
            PollSeconds = 0.1,
            Confirmations = 1,
            KeepFreeGiB = 0,
        });
        await File.WriteAllTextAsync(Home.SettingsFile, settings.ToString());
        foreach (var account in (int[])[1, 2])
            await SendAsync(0, Market.Token.Transfer(signers[account].Address, TokenAmount.FromTokens(1_000)));
        await SendAsync(2, Market.Registry.Register(new ProviderParticulars(operatorKey.Address, settings.Endpoint.ToString().TrimEnd('/'), new Hash256(Pin), "DE", "bafy")));
        var permit = await Market.Token.SignPermitAsync(Owner, Market.Stakes.Address, TokenAmount.FromTokens(200), await DeadlineAsync());
        await SendAsync(2, Market.Stakes.Stake(TokenAmount.FromTokens(200), permit));
        listing = Market.Listings.ReadPublished(await SendAsync(2, Market.Listings.Publish(Terms)));
    }

    async Task<DateTimeOffset> DeadlineAsync() => (await Market.Client.GetHeaderAsync(BlockTag.Latest))!.Timestamp + TimeSpan.FromHours(1);
}

/// <summary>Keeps what is logged.</summary>
sealed class ListLog(List<string> lines) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines)
            lines.Add($"{logLevel}: {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
