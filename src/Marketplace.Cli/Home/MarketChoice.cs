using System.CommandLine;
using Marketplace.Chain.Deployments;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Home;

/// <summary>The market that a new home is made for, named on the command line.</summary>
/// <param name="Endpoint">The chain's.</param>
/// <param name="Market">Checked on the chain.</param>
internal sealed record MarketChoice(string Endpoint, Deployment Market)
{
    public static readonly Option<string?> Chain = new("--chain") { Description = "The chain's JSON-RPC endpoint, such as http://127.0.0.1:8545.", HelpName = "URL" };

    public static readonly Option<string?> Deployment = new("--deployment") { Description = "The market's deployment file; it is copied into the home folder.", HelpName = "FILE" };

    /// <summary>Whether the command line names one.</summary>
    public static bool IsIn(CommandContext context) => context.Get(Chain) is not null || context.Get(Deployment) is not null;

    /// <summary>What the options name; null when market.json is there and no option is given.</summary>
    /// <exception cref="CommandRefusal">One of the two is missing, or the market is not as its file says.</exception>
    public static async Task<MarketChoice?> ReadAsync(CommandContext context, ConsumerHome home, CancellationToken cancellationToken)
    {
        if (!IsIn(context) && File.Exists(home.MarketFile))
            return null;
        if ((context.Get(Chain), context.Get(Deployment)) is not ({ } chain, { } file))
            throw new CommandRefusal("market-missing", "Say which market to use: --chain URL and --deployment FILE, both.");
        using var session = await ChainSession.OpenAsync(chain, file, cancellationToken);
        await DeploymentVerifier.VerifyAsync(session.Market.Client, session.Market.Deployment, cancellationToken);
        return new MarketChoice(chain, session.Market.Deployment);
    }

    /// <summary>Writes it into a home that was made.</summary>
    public async Task SaveAsync(ConsumerHome home, CancellationToken cancellationToken)
    {
        var settings = new MarketSettings { Chain = Endpoint };
        await DeploymentFile.SaveAsync(Market, settings.DeploymentPath(home), cancellationToken);
        settings.Save(home);
    }
}
