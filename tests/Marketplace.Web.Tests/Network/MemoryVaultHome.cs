using Marketplace.Application.Vaults;

namespace Marketplace.Web.Tests.Network;

/// <summary>A place for a vault in which none was made yet; what is written stays for the test.</summary>
sealed class MemoryVaultHome : IVaultHome
{
    readonly string folder = Directory.CreateTempSubdirectory("marketplace-web-").FullName;
    byte[]? vault;

    public string CatalogFile => Path.Combine(folder, "catalog.db");

    public string SpoolFolder => folder;

    public byte[]? Read() => vault;

    public void Write(byte[] written) => vault = written;

    public IDisposable? TryTake() => new MemoryStream();
}
