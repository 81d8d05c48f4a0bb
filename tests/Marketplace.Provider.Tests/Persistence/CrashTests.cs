using System.Collections.Frozen;
using Marketplace.Chain.Losses;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Tests.Agreements;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Provider.Tests.Persistence;

public sealed class CrashTests
{
    [Fact]
    public async Task KilledAtAnyInstant_KeepsAllThatWasAcknowledged()
    {
        var directory = Directory.CreateTempSubdirectory("crash-").FullName;
        try
        {
            for (var round = 0; round < 6; round++)
            {
                using var child = new CrashChild(directory);
                await child.FirstRevision;
                await Task.Delay(TimeSpan.FromMilliseconds(Delay(round)), CancellationToken.None);
                await child.KillAsync();
                Assert.NotEmpty(child.Acknowledged('R'));
                await CheckAsync(directory, child);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("volumes")]
    [InlineData("index")]
    public async Task FsyncThatFailsInTheKernel_EndsAllAcknowledging(string where)
    {
        if (!File.Exists("/usr/bin/strace"))
            return;
        var directory = Directory.CreateTempSubdirectory("fsync-").FullName;
        try
        {
            using (var healthy = new CrashChild(directory))
            {
                await healthy.FirstRevision;
                await healthy.KillAsync();
            }
            string[] paths = where == "index"
                ? ["-P", Path.Combine(directory, "index.db-wal")]
                : Enumerable.Range(1, 500).SelectMany(i => new[] { "-P", Path.Combine(directory, "volumes", $"{i:D8}.volume") }).ToArray();
            using var child = new CrashChild(directory,
                ["/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", .. paths, "-e", "inject=fsync,fdatasync:error=EIO:when=9+"]);
            Assert.Equal(3, await child.WaitForExitAsync());
            var lines = child.Lines.ToList();
            var failed = lines.FindIndex(line => line[0] == 'F');
            Assert.NotEqual(-1, failed);
            Assert.All(lines[failed..], line => Assert.Equal("F StoreFailedException", line));
            await CheckAsync(directory, child);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Spread over the writing of some revisions, without a random number that would make a failure hard to repeat.</summary>
    static int Delay(int round) => round * 37 % 150;

    static async Task CheckAsync(string directory, CrashChild child)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var store = ProviderStore.Open(CrashWriter.OptionsFor(directory), TimeProvider.System,
            NullLogger<ProviderStore>.Instance);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        var stored = store.Agreements.Find(StoreFixture.Agreement)!;
        Assert.InRange(stored.Revision.Number, child.Acknowledged('R').DefaultIfEmpty(0UL).Max(), ulong.MaxValue);
        var expected = CrashWriter.AgreementAt(stored.Revision.Number);
        Assert.Equal((expected.DataRoot, expected.Weight), (stored.Revision.DataRoot, stored.Revision.Weight));
        Assert.Equal(
            expected.Slots.Select(slot => new OccupiedSlot(slot.Key, slot.Value.Root, slot.Value.Leaves)),
            store.Agreements.ListSlots(StoreFixture.Agreement, 0, 100)!);
        foreach (var fragment in expected.Slots.Values)
            await AssertStoredAsync(store, fragment.Root, fragment.Bytes);
        foreach (var number in child.Acknowledged('S').Where(number => number > stored.Revision.Number))
            await AssertStoredAsync(store, CrashWriter.Fragment(number).Root, CrashWriter.Fragment(number).Bytes);
        foreach (var number in child.Acknowledged('T'))
            await AssertStoredAsync(store, CrashWriter.SmallFragment(number).Root, CrashWriter.SmallFragment(number).Bytes);
        CheckCheckpoints(store, child);
    }

    static void CheckCheckpoints(ProviderStore store, CrashChild child)
    {
        foreach (var sequence in child.Acknowledged('C').TakeLast(2))
        {
            var checkpoint = store.Checkpoints.Find(sequence)!;
            var answered = Assert.IsType<ChallengeResult.Answered>(
                store.Checkpoints.AnswerChallenges(sequence, Hash256.Zero, Address.Zero, 8, FrozenSet<LostNode>.Empty));
            AnswerVerifier.Verify(answered.Answers, checkpoint, Hash256.Zero, Address.Zero, 8);
        }
    }

    static async Task AssertStoredAsync(ProviderStore store, Hash256 root, byte[] bytes)
    {
        using var reader = Assert.IsType<FragmentOpenResult.Found>(store.Fragments.Open(StoreFixture.Agreement, root)).Reader;
        var output = new MemoryStream();
        Assert.Equal(FragmentReadResult.Complete, await reader.CopyToAsync(output, 0, reader.Leaves, CancellationToken.None));
        Assert.Equal(bytes, output.ToArray());
    }
}
