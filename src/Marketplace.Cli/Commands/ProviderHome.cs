using Marketplace.Cli.Terminal;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Provider.Administration;

namespace Marketplace.Cli.Commands;

/// <summary>What the provider's commands need of a node's folder.</summary>
internal static class ProviderHome
{
    /// <summary>The node's key; the caller disposes it.</summary>
    public static PrivateKey OpenOperator(NodeHome home)
    {
        if (!File.Exists(home.OperatorPassphraseFile))
            throw new CommandRefusal("operator-passphrase-missing", $"{home.OperatorPassphraseFile} is missing; without it the node's key cannot be opened.");
        return KeyFiles.Open(home.OperatorKeystore, File.ReadAllText(home.OperatorPassphraseFile).Trim(), "the node's key");
    }

    /// <summary>Does something on chain as the owner.</summary>
    public static async Task<T> AsOwnerAsync<T>(
        CommandContext context, Func<ChainSession, PrivateKey, TransactionSender, Task<T>> action, CancellationToken cancellationToken)
    {
        var home = new NodeHome(context.Home);
        var settings = home.LoadSettings();
        if (!home.HasOwnerKey)
            throw new CommandRefusal("owner-elsewhere", $"The wallet of the owner {settings.Owner} is kept elsewhere: do it on the page Provide, with that account in the browser's wallet.");
        using var owner = KeyFiles.Open(home.OwnerKeystore, context.Passphrases.Existing("the owner wallet"), "the owner wallet");
        using var session = await ChainSession.OpenAsync(settings.Chain.OriginalString, home.DeploymentFile, cancellationToken);
        return await action(session, owner, session.SenderFor(owner, home.Folder));
    }
}
