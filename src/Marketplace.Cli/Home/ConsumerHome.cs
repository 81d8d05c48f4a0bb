using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Home;

/// <summary>The folder of a consumer. Whatever is in it is for its owner only: the folder has mode 0700, the files 0600.</summary>
internal sealed class ConsumerHome(string folder)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Folder => folder;

    /// <summary>Which market, on which chain.</summary>
    public string MarketFile => Path.Combine(folder, "market.json");

    /// <summary>The wallet's key under a passphrase.</summary>
    public string WalletFile => Path.Combine(folder, "wallet.json");

    /// <summary>The vault key under a passphrase.</summary>
    public string VaultFile => Path.Combine(folder, "vault.json");

    /// <summary>What is stored where.</summary>
    public string CatalogFile => Path.Combine(folder, "catalog.db");

    /// <summary>What wallets sent for the dApp, until their user was told of it.</summary>
    public string SentFile => Path.Combine(folder, "sent.json");

    /// <summary>Which browsers its gateway knows, by digests.</summary>
    public string SessionFile => Path.Combine(folder, "sessions.json");

    string LockFile(string of) => Path.Combine(folder, of + ".lock");

    /// <summary>Makes the folder, and keeps others out of it.</summary>
    public void Create()
    {
        if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder, OwnerOnly);
        else if (File.GetUnixFileMode(folder) != OwnerOnly)
            File.SetUnixFileMode(folder, OwnerOnly);
    }

    /// <summary>Takes the lock of the wallet or the vault for as long as the answer is not disposed. A killed process leaves none behind.</summary>
    /// <exception cref="CommandRefusal">Another command has it, or there is no such folder.</exception>
    public IDisposable Lock(string of)
    {
        try
        {
            return new FileStream(LockFile(of), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (DirectoryNotFoundException)
        {
            throw new CommandRefusal($"{of}-missing", $"There is no {of} in {folder}; make one with `marketplace vault init`.");
        }
        catch (IOException) when (File.Exists(LockFile(of)))
        {
            throw new CommandRefusal("busy", $"Another command is using this {of} now; wait until it has ended and try again.");
        }
    }
}
