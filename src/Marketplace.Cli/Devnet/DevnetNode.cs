using System.Globalization;
using System.Net;
using Marketplace.Chain.Listings;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Provider.Administration;

namespace Marketplace.Cli.Devnet;

/// <summary>A provider of the local network: first its keys and folder, then its place in the market, then its process.</summary>
internal sealed class DevnetNode : IAsyncDisposable
{
    readonly DevnetPlan plan;
    readonly int number;
    readonly PrivateKey owner = PrivateKey.Create();
    readonly int port;
    readonly int adminPort;
    ChildProcess? process;

    public DevnetNode(DevnetPlan plan, int number)
    {
        this.plan = plan;
        this.number = number;
        port = FreePort.On(DevnetPlan.AddressOf(number));
        adminPort = FreePort.On(DevnetPlan.AddressOf(number));
    }

    public string Name => DevnetPlan.Name(number);

    public Ethereum.Primitives.Address Owner => owner.Address;

    NodeHome Home => new(plan.ProviderHome(number));

    IPEndPoint Admin => new(DevnetPlan.AddressOf(number), adminPort);

    /// <summary>Makes the folder; returns the node's own account, which needs gas.</summary>
    public async Task<Ethereum.Primitives.Address> MakeAsync(DevnetChain chain, string passphrase, CancellationToken cancellationToken)
    {
        var listen = new IPEndPoint(DevnetPlan.AddressOf(number), port).ToString();
        var settings = new NodeSettings
        {
            Chain = new Uri(chain.Url),
            Owner = owner.Address.ToString(),
            Listen = listen,
            Endpoint = new Uri($"https://{listen}"),
            AdminListen = Admin.ToString(),
            CapacityGiB = plan.CapacityGiB,
            Region = DevnetPlan.RegionOf(number),
            // Often enough for short epochs; as any node where they are long.
            PollSeconds = Math.Clamp(plan.EpochSeconds / 30.0, 0.5, 2),
            Confirmations = 1,
            KeepFreeGiB = 0.5,
        };
        settings.Check();
        await NodeMaker.MakeAsync(Home, settings, chain.Deployment, new KeptKey(owner, passphrase, ScryptCost.Light), TimeProvider.System, cancellationToken);
        return NodeMaker.ParticularsOf(Home, TimeProvider.System).Operator;
    }

    /// <summary>Registers, stakes and lists.</summary>
    public async Task JoinAsync(DevnetChain chain, CancellationToken cancellationToken)
    {
        var market = chain.Market;
        var sender = ChainSession.SenderFor(market.Client, market.Deployment.ChainId, owner, new MemoryNonceStore());
        var stake = TokenAmount.FromTokens((ulong)plan.StakeTokens);
        var permit = await market.Token.SignPermitAsync(
            new LocalSigner(owner), market.Stakes.Address, stake, DateTimeOffset.MaxValue.AddYears(-1), cancellationToken);
        var terms = new ListingTerms(plan.AskedPrice, new GiB((ulong)plan.CapacityGiB), 1, 100_000, TokenAmount.Zero, AutoAccept: true);
        var particulars = NodeMaker.ParticularsOf(Home, TimeProvider.System);
        // Each is tried out on what the ones before it will have done, so all three can be in one block.
        var pending = new[]
        {
            await sender.SubmitAsync(market.Registry.Register(particulars), "register", cancellationToken),
            await sender.SubmitAsync(market.Stakes.Stake(stake, permit), "stake", cancellationToken),
            await sender.SubmitAsync(market.Listings.Publish(terms), "list", cancellationToken),
        };
        foreach (var transaction in pending)
            await sender.WaitAsync(transaction, cancellationToken);
    }

    /// <summary>Starts the process.</summary>
    public void Start() => process = ChildProcess.Start(
        Name, OwnProgram.Path, ["provider", "run", "--home", Home.Folder, "--end-with-input"], Path.Combine(plan.LogFolder, Name + ".log"));

    /// <summary>Waits until the node says that it is healthy.</summary>
    /// <exception cref="CommandRefusal">It ended, or is not healthy within three minutes, which twelve nodes on a busy machine can take.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        while (process is { HasExited: false } && !patience.IsCancellationRequested)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://{Admin}/health"), patience.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // Not yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
        cancellationToken.ThrowIfCancellationRequested();
        throw new CommandRefusal("provider-failed", $"{Name} did not start; its log is {Path.Combine(plan.LogFolder, Name + ".log")}.");
    }

    /// <summary>Takes the owner's earnings out of the escrow.</summary>
    public async Task WithdrawAsync(DevnetChain chain, CancellationToken cancellationToken)
    {
        var sender = ChainSession.SenderFor(chain.Market.Client, chain.Market.Deployment.ChainId, owner, new MemoryNonceStore());
        await sender.SendAsync(chain.Market.Escrow.Withdraw(owner.Address), "withdraw", cancellationToken);
    }

    /// <summary>What devnet.json says about it.</summary>
    public DevnetProvider Describe() => new(
        Name, owner.Address, string.Create(CultureInfo.InvariantCulture, $"https://{DevnetPlan.AddressOf(number)}:{port}"), DevnetPlan.RegionOf(number),
        Home.Folder, $"http://{Admin}", process?.Id ?? 0);

    /// <summary>Ends the process as a power cut would.</summary>
    public void Kill() => process?.Kill();

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        owner.Dispose();
    }
}
