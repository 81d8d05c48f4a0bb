using Marketplace.Cli.Terminal;
using Marketplace.Client;

namespace Marketplace.Cli.Commands;

/// <summary>Whether a change can be found again from the 24 words alone.</summary>
internal static class Publication
{
    /// <summary>Warns if the catalog's copy could not be left with the providers; returns whether it was.</summary>
    public static bool Check(CommandContext context, MarketplaceClient client)
    {
        if (client.LastPublication is not { IsSafe: false } failed)
            return true;
        var advice = failed.IsKeptInTheWay ? " `marketplace prune --all` does, for good." : "";
        context.Terminal.Warn(
            $"The catalog's copy with the providers is not up to date ({Printable.Escape(failed.Problem!, 300)}{advice}). This machine alone knows of this change until "
            + "the next one, or `marketplace recover`, brings it there.");
        return false;
    }
}
