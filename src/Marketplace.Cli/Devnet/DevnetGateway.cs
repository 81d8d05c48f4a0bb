using Marketplace.Cli.Gateway;
using Marketplace.Cli.Terminal;
using Marketplace.Gateway.Hosting;

namespace Marketplace.Cli.Devnet;

/// <summary>The dApp of a local network, with accounts to try it out with.</summary>
internal static class DevnetGateway
{
    /// <summary>Serves it until disposed.</summary>
    public static async Task<GatewayHost> StartAsync(DevnetHost host, string listen, CommandTerminal terminal, CancellationToken cancellationToken)
    {
        var chain = host.Chain;
        var gateway = await RunningGateway.StartAsync(
            new GatewayOptions { Listen = GatewayCommands.ParseListen(listen), Chain = ChainNames.OfferOf(chain.Deployment.ChainId, chain.Url) },
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
        terminal.Note($"""

            In the browser: {gateway.StartAddress}
              In a wallet (a new profile of MetaMask, Rabby or Frame), import the phrase
                {DevnetAccounts.Phrase}
              and it has these accounts, with {DevnetAccounts.Tokens} SPACE each that are worth nothing elsewhere:
                {string.Join("\n    ", DevnetAccounts.All)}
              The page offers to add the network to the wallet: {chain.Url}, chain id {chain.Deployment.ChainId}.
            """);
        return gateway;
    }
}
