namespace Marketplace.Web.Tests.Network;

/// <summary>A folder that goes with its test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("marketplace-web-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
