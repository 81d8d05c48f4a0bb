using Marketplace.Chain;
using Marketplace.Client.Transport;
using Marketplace.Cli.Commands;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Cli.Home;

/// <summary>A consumer's market behind an endpoint whose chain was checked, for the time of one command.</summary>
internal sealed class ConsumerSession : IDisposable
{
    readonly ChainSession chain;

    ConsumerSession(ConsumerHome home, MarketSettings settings, ChainSession chain) => (Home, Settings, this.chain) = (home, settings, chain);

    public ConsumerHome Home { get; }

    public MarketSettings Settings { get; }

    public Market Market => chain.Market;

    /// <summary>What signatures are bound to.</summary>
    public MarketDomain Domain => new(Market.Deployment.ChainId, Market.Deployment.StorageAgreements, Market.Deployment.EgressVouchers);

    /// <exception cref="Terminal.CommandRefusal">market.json is missing or makes no sense.</exception>
    public static async Task<ConsumerSession> OpenAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new ConsumerHome(context.Home);
        var settings = MarketSettings.Load(home);
        return new ConsumerSession(home, settings, await ChainSession.OpenAsync(settings.Chain, settings.DeploymentPath(home), cancellationToken));
    }

    /// <summary>Calls to providers; the caller disposes it.</summary>
    /// <param name="dataKey">Signs sessions; null for probing only.</param>
    /// <param name="time">The clock.</param>
    public HttpProviderTransport CreateTransport(PrivateKey? dataKey, TimeProvider time) => new(Domain, dataKey, new TransportOptions(), time);

    public void Dispose() => chain.Dispose();
}
