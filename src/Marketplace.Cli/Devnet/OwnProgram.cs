namespace Marketplace.Cli.Devnet;

/// <summary>This executable, for starting it again.</summary>
internal static class OwnProgram
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "marketplace");
}
