using System.Xml.Linq;

namespace Marketplace.Architecture.Tests;

/// <summary>docs/architecture.md's table of who may know whom, held against the project files.</summary>
public sealed class ProjectReferencesTests
{
    static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Ethereum"] = [],
        ["Ethereum.Generators"] = [],
        ["Chain"] = ["Core", "Ethereum", "Ethereum.Generators"],
        ["Protocol"] = ["Core", "Ethereum"],
        ["Client"] = ["Core", "Ethereum", "Protocol", "Chain"],
        ["Provider"] = ["Core", "Ethereum", "Protocol", "Chain"],
        ["Application"] = ["Core", "Chain", "Client"],
        ["Web"] = ["Application"],
        ["Gateway"] = ["Core", "Chain", "Client", "Application", "Web"],
        ["Cli"] = ["Core", "Ethereum", "Protocol", "Chain", "Client", "Provider", "Application", "Gateway"],
    };

    static readonly string[] FoldersThatHideFeatures = ["Common", "Helpers", "Utils", "Managers", "Infrastructure"];

    static string Sources => Path.Combine(Repository.Root, "src");

    static IEnumerable<string> Existing =>
        Directory.GetDirectories(Sources).Select(folder => Path.GetFileName(folder)["Marketplace.".Length..]);

    public static TheoryData<string> Projects => [.. Existing];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ReferencesOnly_WhatTheTableAllows(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"docs/architecture.md and this table do not know Marketplace.{project}.");
        var file = Path.Combine(Sources, $"Marketplace.{project}", $"Marketplace.{project}.csproj");

        var referenced = XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)["Marketplace.".Length..]);

        Assert.Empty(referenced.Except(Allowed[project]));
    }

    [Fact]
    public void Table_HasNoProject_ThatIsNotThere() =>
        Assert.Empty(Allowed.Keys.Except(Existing));

    [Fact]
    public void Folders_AreFeatures()
    {
        var hiding = Directory.GetDirectories(Sources, "*", SearchOption.AllDirectories)
            .Where(folder => FoldersThatHideFeatures.Contains(Path.GetFileName(folder), StringComparer.Ordinal));

        Assert.Empty(hiding);
    }

    [Fact]
    public void SourceFiles_StayReadable_InOneSitting()
    {
        var tooLong = Directory.GetFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Where(file => File.ReadLines(file).Count() > 400)
            .Select(file => Path.GetRelativePath(Repository.Root, file));

        Assert.Empty(tooLong);
    }
}
