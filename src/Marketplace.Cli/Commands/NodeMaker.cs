using System.Security.Cryptography;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Registry;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Transfer;

namespace Marketplace.Cli.Commands;

/// <summary>Makes a node's folder: settings, keys, the market's addresses.</summary>
internal static class NodeMaker
{
    /// <param name="home">Where; nothing is there yet.</param>
    /// <param name="settings">Checked already.</param>
    /// <param name="deployment">The market.</param>
    /// <param name="owner">The owner wallet; null where it is kept elsewhere.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up; what was made is overwritten by the next attempt.</param>
    public static async Task MakeAsync(
        NodeHome home, NodeSettings settings, Deployment deployment, KeptKey? owner, TimeProvider time, CancellationToken cancellationToken)
    {
        home.Create();
        Directory.CreateDirectory(home.DataFolder);
        if (owner is not null)
            Keystore.Save(home.OwnerKeystore, owner.Key, owner.Passphrase, owner.Cost);
        else
            File.Delete(home.OwnerKeystore);
        using var operatorKey = PrivateKey.Create();
        // The node starts unattended: the file's secret protects the key in a backup of the keystore alone, not from who reads the folder.
        var operatorPassphrase = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        KeyFiles.WritePrivate(home.OperatorPassphraseFile, operatorPassphrase);
        Keystore.Save(home.OperatorKeystore, operatorKey, operatorPassphrase, ScryptCost.Light);
        File.Delete(Path.Combine(home.Folder, TlsIdentity.FileName));
        TlsIdentity.Create(home.Folder, time).Dispose();
        await DeploymentFile.SaveAsync(deployment, home.DeploymentFile, cancellationToken);
        // Last: its presence says that the node is whole.
        KeyFiles.WritePrivate(home.SettingsFile, settings.ToString());
    }

    /// <summary>What the registry has to say about the node.</summary>
    public static ProviderParticulars ParticularsOf(NodeHome home, TimeProvider time)
    {
        var settings = home.LoadSettings();
        using var operatorKey = ProviderHome.OpenOperator(home);
        using var tls = TlsIdentity.Load(home.Folder, time);
        return new ProviderParticulars(
            operatorKey.Address, settings.Endpoint.GetLeftPart(UriPartial.Authority), new Hash256(tls.PublicKeyHash), settings.Region);
    }
}

/// <summary>A key that is to be kept on the disk.</summary>
/// <param name="Key">Stays the caller's.</param>
/// <param name="Passphrase">Of its file.</param>
/// <param name="Cost">Of guessing that.</param>
internal sealed record KeptKey(PrivateKey Key, string Passphrase, ScryptCost Cost);
