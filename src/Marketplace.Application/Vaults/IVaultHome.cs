namespace Marketplace.Application.Vaults;

/// <summary>Where a vault lives on this machine. Whatever is in it is for its owner only.</summary>
public interface IVaultHome
{
    /// <summary>What the vault was written as; null when there is none. At most 4 KiB.</summary>
    byte[]? Read();

    /// <summary>Writes a new vault, durably and readable by its owner only.</summary>
    void Write(byte[] vault);

    /// <summary>Takes the vault for as long as the answer is not disposed; null when another process has it.</summary>
    IDisposable? TryTake();

    /// <summary>The catalog's file.</summary>
    string CatalogFile { get; }

    /// <summary>A folder for what is on its way into the vault, made when it is not there.</summary>
    string SpoolFolder { get; }
}
