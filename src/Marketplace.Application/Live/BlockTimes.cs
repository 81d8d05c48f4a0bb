using System.Collections.Concurrent;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Live;

/// <summary>When blocks were made. A block's time never changes: each is asked for once.</summary>
/// <param name="client">The chain.</param>
public sealed class BlockTimes(EthereumClient client)
{
    /// <summary>Blocks that are remembered; beyond, all are forgotten and asked for anew.</summary>
    const int Most = 50_000;

    /// <summary>Questions on their way at once.</summary>
    const int AtOnce = 16;

    readonly ConcurrentDictionary<Hash256, DateTimeOffset> known = [];

    /// <summary>The times of those of the blocks that the chain still has.</summary>
    public async Task<IReadOnlyDictionary<Hash256, DateTimeOffset>> FindAsync(IEnumerable<Hash256> blocks, CancellationToken cancellationToken)
    {
        if (known.Count > Most)
            known.Clear();
        var found = new ConcurrentDictionary<Hash256, DateTimeOffset>();
        await Parallel.ForEachAsync(
            blocks.Distinct(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (block, cancellation) =>
            {
                if (!known.TryGetValue(block, out var time))
                {
                    if (await client.GetHeaderAsync(BlockTag.At(block), cancellation) is not { } header)
                        return;
                    known[block] = time = header.Timestamp;
                }
                found[block] = time;
            });
        return found;
    }
}
