using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.History;

/// <summary>How much of the chain is not replaced any more.</summary>
/// <param name="Top">The highest such block; null where the chain is not high enough for one.</param>
/// <param name="Chain">Counts the chains that were seen: what was read of an earlier one is of no use.</param>
readonly record struct SettledPart(BlockHeader? Top, int Chain);

/// <summary>
/// The blocks that lie too deep to be replaced. That they are still there is seen with each new block, so that a development chain which was started anew is
/// not taken for the one before.
/// </summary>
/// <param name="client">The chain.</param>
sealed class SettledChain(EthereumClient client)
{
    readonly SemaphoreSlim turn = new(1, 1);
    Hash256? seen;
    SettledPart part;

    /// <summary>What is settled under a block.</summary>
    public async Task<SettledPart> FindAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (head.Hash != seen)
                (part, seen) = (await FindNewAsync(head, cancellationToken), head.Hash);
            return part;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Asks for the new top first: had the chain been replaced in between, the old one would be missing.</summary>
    async Task<SettledPart> FindNewAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        var top = head.Number < ChainHistory.Depth ? null : await client.GetHeaderAsync(BlockTag.At(head.Number - ChainHistory.Depth), cancellationToken);
        if (part.Top is not { } known || known.Hash == top?.Hash || known.Hash == top?.ParentHash)
            return part with { Top = top };
        return (await client.GetHeaderAsync(BlockTag.At(known.Number), cancellationToken))?.Hash == known.Hash
            ? part with { Top = top?.Number > known.Number ? top : known }
            : new SettledPart(top, part.Chain + 1);
    }
}
