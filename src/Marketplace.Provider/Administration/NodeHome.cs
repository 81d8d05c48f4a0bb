namespace Marketplace.Provider.Administration;

/// <summary>The folder that a node lives in.</summary>
/// <param name="folder">Its path; readable by its owner only.</param>
public sealed class NodeHome(string folder)
{
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Settings (<see cref="NodeSettings"/>).</summary>
    public string SettingsFile => Path.Combine(Folder, "node.json");

    /// <summary>The contracts' addresses.</summary>
    public string DeploymentFile => Path.Combine(Folder, "deployment.json");

    /// <summary>The operator key, an encrypted keystore.</summary>
    public string OperatorKeystore => Path.Combine(Folder, "operator.json");

    /// <summary>The passphrase that lets the node start unattended; absent if it is given otherwise.</summary>
    public string OperatorPassphraseFile => Path.Combine(Folder, "operator.passphrase");

    /// <summary>The owner wallet, an encrypted keystore; absent if it is kept elsewhere.</summary>
    public string OwnerKeystore => Path.Combine(Folder, "owner.json");

    /// <summary>Whether this machine can sign as the owner.</summary>
    public bool HasOwnerKey => File.Exists(OwnerKeystore);

    /// <summary>Fragments and their index.</summary>
    public string DataFolder => Path.Combine(Folder, "data");

    public bool Exists => File.Exists(SettingsFile);

    /// <exception cref="NodeSettingsException">There is no node here, or its settings are wrong.</exception>
    public NodeSettings LoadSettings() => Exists
        ? NodeSettings.Parse(File.ReadAllText(SettingsFile))
        : throw new NodeSettingsException($"There is no provider node in {Folder}: run `marketplace provider init` first.");

    /// <summary>Makes the folder, for its owner's eyes only.</summary>
    public void Create() =>
        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
