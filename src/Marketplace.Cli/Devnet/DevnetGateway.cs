using Marketplace.Cli.Gateway;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Gateway.Hosting;

namespace Marketplace.Cli.Devnet;

/// <summary>The dApp of a local network, with accounts to try it out with.</summary>
internal static class DevnetGateway
{
    /// <summary>Serves it until disposed.</summary>
    public static async Task<GatewayHost> StartAsync(DevnetHost host, string listen, CancellationToken cancellationToken)
    {
        var chain = host.Chain;
        var gateway = await RunningGateway.StartAsync(
            new GatewayOptions
            {
                Listen = GatewayCommands.ParseListen(listen),
                Chain = ChainNames.OfferOf(chain.Deployment.ChainId, chain.Url),
                Vault = new GatewayVault(new ConsumerHome(host.Plan.ConsumerHome)),
            },
            chain.Market, cancellationToken);
        try
        {
            await DevnetAccounts.FundAsync(chain, cancellationToken);
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
        return gateway;
    }

    /// <summary>Says how to look at it.</summary>
    public static void Tell(GatewayHost gateway, DevnetHost host, CommandTerminal terminal) =>
        terminal.Note($"""

            In the browser: {gateway.StartAddress}
              In a wallet (a new profile of MetaMask, Rabby or Frame), import the phrase
                {DevnetAccounts.Phrase}
              and it has these accounts, with {DevnetAccounts.Tokens} SPACE each that are worth nothing elsewhere:
                {string.Join("\n    ", DevnetAccounts.All)}
              The page offers to add the network to the wallet: {host.Chain.Url}, chain id {host.Chain.Deployment.ChainId}.
            """);
}
