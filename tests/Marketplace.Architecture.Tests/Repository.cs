namespace Marketplace.Architecture.Tests;

static class Repository
{
    /// <summary>The folder that holds Marketplace.sln.</summary>
    public static string Root { get; } = FindRoot();

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Marketplace.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Marketplace.sln was not found above the tests.");
    }
}
