using System.Security.Cryptography;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Files come back as they were, whatever their size and name.</summary>
public sealed class RoundTripTests(LocalNetwork network) : IClassFixture<LocalNetwork>
{
    const long Block = 64 << 10, Segment = 16 << 20;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(Block - 1)]
    [InlineData(Block)]
    [InlineData(Block + 1)]
    [InlineData(Segment - 1)]
    [InlineData(Segment + 1)]
    [InlineData(3 * Segment + 12_345)]
    public async Task File_PutAndGot_IsTheSame(long length)
    {
        var file = network.MakeFile(length);
        var name = $"sizes/{length}";
        (await network.RunAsync("put", file, "--name", name)).Succeeded();

        var copy = network.NewPath();
        (await network.RunAsync("get", name, "-o", copy)).Succeeded();

        Assert.Equal(HashOf(file), HashOf(copy));
    }

    [Fact]
    public async Task Range_OfAFile_IsItsBytes()
    {
        var file = network.MakeFile(2 * Segment + 777, seed: 2);
        (await network.RunAsync("put", file, "--name", "ranges")).Succeeded();
        var bytes = await File.ReadAllBytesAsync(file);

        foreach (var (from, to) in new (long, long)[] { (0, 0), (Block - 1, Block), (Segment - 10, Segment + 10), (bytes.Length - 5, bytes.Length - 1) })
        {
            var copy = network.NewPath();
            (await network.RunAsync("get", "ranges", "--range", $"{from}-{to}", "-o", copy)).Succeeded();
            Assert.Equal(bytes[(int)from..((int)to + 1)], await File.ReadAllBytesAsync(copy));
        }
    }

    public static TheoryData<string> OddNames => ["../../etc/passwd", "/", " ", "naïve — 文件 🗄", new string('ü', 2_048), "a\nb", "--name"];

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task Name_OfAnyKind_IsStoredExactly_AndNeverUsedAsAPath(string name)
    {
        var file = network.MakeFile(100, seed: 3);
        (await network.RunAsync("put", file, $"--name={name}")).Succeeded();

        var listed = (await network.RunAsync("ls")).Succeeded().Json.GetProperty("objects").EnumerateArray().Select(item => item.GetProperty("name").GetString());
        var copy = network.NewPath();
        (await network.RunAsync("get", "-o", copy, "--", name)).Succeeded();

        Assert.Contains(name, listed);
        Assert.Equal(HashOf(file), HashOf(copy));
    }

    [Fact]
    public async Task DeletedFile_IsGone()
    {
        var file = network.MakeFile(5_000, seed: 4);
        (await network.RunAsync("put", file, "--name", "doomed")).Succeeded();
        (await network.RunAsync("rm", "doomed")).Succeeded();

        (await network.RunAsync("get", "doomed", "-o", network.NewPath())).Refused("not-found");
    }

    [Fact]
    public async Task EarlierVersion_IsListed_Read_Restored_AndPruned()
    {
        var (first, second) = (network.MakeFile(5_000, seed: 6), network.MakeFile(7_000, seed: 7));
        (await network.RunAsync("put", first, "--name", "drafts/one")).Succeeded();
        (await network.RunAsync("put", second, "--name", "drafts/one", "--replace")).Succeeded();
        (await network.RunAsync("tag", "drafts/one", "--add", "Novel", "--add", "2026")).Succeeded();

        var listed = (await network.RunAsync("versions", "drafts/one")).Succeeded().Json;
        Assert.Equal([2, 1], listed.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
        Assert.True(listed.GetProperty("keptBytes").GetInt64() > 0);
        var copy = network.NewPath();
        (await network.RunAsync("get", "drafts/one", "--version", "1", "-o", copy)).Succeeded();
        Assert.Equal(HashOf(first), HashOf(copy));

        (await network.RunAsync("rm", "drafts/one")).Succeeded();
        Assert.Equal(2, (await network.RunAsync("versions", "drafts/one")).Succeeded().Json.GetProperty("versions").GetArrayLength());
        (await network.RunAsync("restore", "drafts/one", "--version", "1")).Succeeded();
        copy = network.NewPath();
        (await network.RunAsync("get", "drafts/one", "-o", copy)).Succeeded();
        Assert.Equal(HashOf(first), HashOf(copy));
        var tagged = (await network.RunAsync("ls", "--tag", "novel")).Succeeded().Json.GetProperty("objects");
        Assert.Equal("drafts/one", Assert.Single(tagged.EnumerateArray()).GetProperty("name").GetString());

        Assert.Equal(1, (await network.RunAsync("prune", "drafts/one")).Succeeded().Json.GetProperty("pruned").GetInt32());
        (await network.RunAsync("restore", "drafts/one", "--version", "2")).Refused("not-found");
        (await network.RunAsync("keep", "--days", "7", "--versions", "3")).Succeeded();
        Assert.Equal(7, (await network.RunAsync("versions")).Succeeded().Json.GetProperty("keepDays").GetInt32());
        (await network.RunAsync("keep", "--days", "99999")).Refused("option-invalid");
    }

    [Fact]
    public async Task Verify_OfAHealthyFile_FindsEveryFragment()
    {
        var file = network.MakeFile(Segment + 5, seed: 5);
        (await network.RunAsync("put", file, "--name", "healthy")).Succeeded();

        var health = (await network.RunAsync("verify", "healthy", "--full")).Succeeded().Json;

        Assert.True(health.GetProperty("healthy").GetBoolean());
    }

    static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
