using Marketplace.Application.Vaults;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Provider.Persistence;

namespace Marketplace.Cli.Gateway;

/// <summary>The vault of a consumer's home, as the dApp uses it: the same one that the commands use.</summary>
internal sealed class GatewayVault(ConsumerHome home) : IVaultHome
{
    const int MaxFileBytes = 4096;

    public string CatalogFile => home.CatalogFile;

    public string SpoolFolder
    {
        get
        {
            var folder = Path.Combine(home.Folder, "spool");
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return folder;
        }
    }

    public byte[]? Read()
    {
        if (!File.Exists(home.VaultFile))
            return null;
        using var file = File.OpenRead(home.VaultFile);
        var buffer = new byte[MaxFileBytes];
        return buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
    }

    public void Write(byte[] vault)
    {
        home.Create();
        DurableFile.Replace(home.VaultFile, vault);
    }

    public IDisposable? TryTake()
    {
        try
        {
            return home.Lock("vault");
        }
        catch (CommandRefusal)
        {
            return null;
        }
    }
}
