using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Live;

/// <summary>Finds blocks by time, with few questions: blocks come at an even pace, or nearly.</summary>
/// <param name="client">The chain.</param>
sealed class BlockFinder(EthereumClient client)
{
    /// <summary>The first block that is not earlier than a time; one after <paramref name="head"/> where there is none yet.</summary>
    /// <param name="time">The earliest time.</param>
    /// <param name="lowest">A block that is known to exist; the answer is not below it.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcProtocolException">A block between two that exist is missing, as while the chain is reorganised.</exception>
    public async Task<ulong> FindAsync(DateTimeOffset time, ulong lowest, BlockHeader head, CancellationToken cancellationToken)
    {
        if (head.Timestamp < time || lowest > head.Number)
            return head.Number + 1;
        var first = await GetTimeAsync(lowest, cancellationToken);
        var (low, lowTime, high, highTime) = (lowest, first, head.Number, head.Timestamp);
        if (first >= time)
            return lowest;
        // Always: low is earlier, high is not. Guesses in turns by the pace and in the middle, so that no pace makes it slow.
        for (var isEven = true; high - low > 1; isEven = !isEven)
        {
            var middle = low + (high - low) / 2;
            var guess = isEven && highTime > lowTime
                ? low + (ulong)((high - low) * ((time - lowTime) / (highTime - lowTime))) : middle;
            guess = Math.Clamp(guess, low + 1, high - 1);
            var at = await GetTimeAsync(guess, cancellationToken);
            if (at < time)
                (low, lowTime) = (guess, at);
            else
                (high, highTime) = (guess, at);
        }
        return high;
    }

    async Task<DateTimeOffset> GetTimeAsync(ulong block, CancellationToken cancellationToken) =>
        (await client.GetHeaderAsync(BlockTag.At(block), cancellationToken))?.Timestamp
            ?? throw new RpcProtocolException($"The endpoint does not know block {block}, which is in its chain.");
}
