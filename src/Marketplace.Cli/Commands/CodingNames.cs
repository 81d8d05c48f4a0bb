using Marketplace.Cli.Terminal;
using Marketplace.Core.Coding;

namespace Marketplace.Cli.Commands;

/// <summary>Codings as the command line names them.</summary>
internal static class CodingNames
{
    /// <summary>All of them, for messages.</summary>
    public static string All => string.Join(", ", CodingScheme.All.Select(Describe));

    /// <summary>The coding's name with its numbers: <c>small (4-of-12)</c>.</summary>
    public static string Describe(CodingScheme coding) => $"{coding.Name} ({coding.DataFragments}-of-{coding.TotalFragments})";

    /// <summary>The named coding; null for null.</summary>
    /// <exception cref="CommandRefusal">There is none of that name.</exception>
    public static CodingScheme? Parse(string? name) =>
        name is null ? null : CodingScheme.Find(name) ?? throw new CommandRefusal("coding-unknown", $"The codings are {All}.");
}
