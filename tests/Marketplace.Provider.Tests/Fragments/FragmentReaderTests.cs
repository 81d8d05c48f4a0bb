using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Tests.Persistence;

namespace Marketplace.Provider.Tests.Fragments;

public sealed class FragmentReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public async Task Leaf_WithItsSiblings_LeadsToTheRoot(int leaves)
    {
        await using var fixture = new StoreFixture();
        var (fragment, reader) = await StoredAsync(fixture, leaves);
        using var disposed = reader;
        var bytes = new byte[1024];
        for (var leaf = 0; leaf < leaves; leaf++)
        {
            Assert.Equal(FragmentReadResult.Complete, reader.ReadLeaf(leaf, bytes, out var siblings));
            Assert.Equal(fragment.Bytes[(leaf * 1024)..((leaf + 1) * 1024)], bytes);
            for (var level = 0; level < siblings.Count; level++)
            {
                var nodes = fragment.Levels[level];
                var at = (leaf >> level) ^ 1;
                var expected = at < nodes.Count ? (new Hash256(nodes[at].Hash), (long)nodes[at].Weight) : (Hash256.Zero, 0L);
                Assert.Equal(expected, siblings[level]);
            }
            Assert.Equal(fragment.Levels.Count - 1, siblings.Count);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(65)]
    [InlineData(200)]
    public async Task Range_WithItsProof_LeadsToTheRoot(int leaves)
    {
        await using var fixture = new StoreFixture();
        var (fragment, reader) = await StoredAsync(fixture, leaves);
        using var disposed = reader;
        for (var first = 0; first < leaves; first += 7)
        {
            for (var count = 1; first + count <= leaves; count += 13)
            {
                var output = new MemoryStream();
                Assert.Equal(FragmentReadResult.Complete, reader.ReadRangeProof(first, count, out var hashes));
                Assert.Equal(FragmentReadResult.Complete, await reader.CopyToAsync(output, first, count, CancellationToken.None));
                Assert.Equal(fragment.Bytes[(first * 1024)..((first + count) * 1024)], output.ToArray());
                Assert.Equal(NaiveProof(fragment, first, first + count), hashes);
            }
        }
        Assert.Equal(FragmentReadResult.Complete, reader.ReadRangeProof(0, leaves, out var none));
        Assert.Empty(none);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(5, 1)]
    [InlineData(3, 3)]
    [InlineData(1, long.MaxValue)]
    public async Task Range_OutsideTheFragment_IsAnError(long first, long count)
    {
        await using var fixture = new StoreFixture();
        var (_, reader) = await StoredAsync(fixture, 5);
        using (reader)
            Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadRangeProof(first, count, out _));
    }

    [Fact]
    public async Task DamagedData_IsCorrupt_AndOtherBlocksAreStillRead()
    {
        await using var fixture = new StoreFixture();
        var (_, reader) = await StoredAsync(fixture, 200);
        using var disposed = reader;
        Damage.FlipByte(fixture, 128 + 100 * 1024);
        var output = new MemoryStream();
        Assert.Equal(FragmentReadResult.Corrupt, await reader.CopyToAsync(output, 0, 200, CancellationToken.None));
        Assert.Equal(64 * 1024, output.Length);
        Assert.Equal(FragmentReadResult.Corrupt, reader.ReadLeaf(100, new byte[1024], out _));
        Assert.Equal(FragmentReadResult.Corrupt, reader.ReadRangeProof(60, 10, out _));
        Assert.Equal(FragmentReadResult.Complete, reader.ReadLeaf(199, new byte[1024], out _));
    }

    [Fact]
    public async Task DamagedBlockHashes_AreRebuiltFromTheData_AndBothDamagedAreCorrupt()
    {
        await using var fixture = new StoreFixture();
        var (fragment, first) = await StoredAsync(fixture, 200);
        first.Dispose();
        Damage.FlipByte(fixture, 128 + 200 * 1024 + 40);
        Assert.Equal(fragment.Bytes, await fixture.ReadAsync(fragment.Root));
        Damage.FlipByte(fixture, 128);
        Assert.IsType<FragmentOpenResult.Corrupt>(fixture.Store.Fragments.Open(StoreFixture.Agreement, fragment.Root));
    }

    [Fact]
    public async Task MissingVolume_IsCorrupt()
    {
        await using var fixture = new StoreFixture();
        var (fragment, reader) = await StoredAsync(fixture, 2);
        reader.Dispose();
        Directory.Delete(Path.Combine(fixture.Directory, "volumes"), recursive: true);
        Directory.CreateDirectory(Path.Combine(fixture.Directory, "volumes"));
        Assert.IsType<FragmentOpenResult.Corrupt>(fixture.Store.Fragments.Open(StoreFixture.Agreement, fragment.Root));
    }

    [Fact]
    public async Task DeletedWhileItIsOpen_IsNotStoredAndNeverZeros()
    {
        await using var fixture = new StoreFixture();
        var (_, reader) = await StoredAsync(fixture, 200);
        using var disposed = reader;
        fixture.Time.Advance(TimeSpan.FromDays(2));
        await fixture.Store.CollectAsync(CancellationToken.None);
        var output = new MemoryStream();
        Assert.Equal(FragmentReadResult.NotStored, await reader.CopyToAsync(output, 0, 200, CancellationToken.None));
        Assert.Equal(0, output.Length);
    }

    static async Task<(TestFragment, FragmentReader)> StoredAsync(StoreFixture fixture, int leaves)
    {
        await fixture.RegisterAsync();
        var fragment = new TestFragment(leaves, leaves);
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(fragment));
        return (fragment, Assert.IsType<FragmentOpenResult.Found>(fixture.Store.Fragments.Open(StoreFixture.Agreement, fragment.Root)).Reader);
    }

    static List<Hash256> NaiveProof(TestFragment fragment, int first, int end)
    {
        var proof = new List<Hash256>();
        Walk(fragment.Levels.Count - 1, 0);
        return proof;

        void Walk(int level, int index)
        {
            var leaves = Enumerable.Range(index << level, 1 << level).Where(leaf => leaf < (int)fragment.Leaves).ToList();
            var inside = leaves.Count(leaf => leaf >= first && leaf < end);
            if (leaves.Count == inside)
                return;
            if (inside == 0)
            {
                proof.Add(new Hash256(fragment.Levels[level][index].Hash));
                return;
            }
            Walk(level - 1, 2 * index);
            Walk(level - 1, 2 * index + 1);
        }
    }
}
