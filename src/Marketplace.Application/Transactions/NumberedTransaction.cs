using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Transactions;

/// <summary>Finds which transaction of an account has a number, where only another one's hash is known.</summary>
static class NumberedTransaction
{
    /// <summary>About as many blocks as a transaction is followed for. How often the endpoint is asked grows with the logarithm only.</summary>
    const ulong FurthestStep = 1 << 15;

    /// <summary>Null where it lies too far back, or the endpoint does not tell.</summary>
    /// <param name="client">The chain.</param>
    /// <param name="sender">The account.</param>
    /// <param name="nonce">The number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<KnownTransaction?> FindAsync(EthereumClient client, Address sender, ulong nonce, CancellationToken cancellationToken)
    {
        try
        {
            return await BlockAsync(client, sender, nonce, cancellationToken) is { } block
                ? await client.FindTransactionAsync(block, sender, nonce, cancellationToken) : null;
        }
        // It keeps no states of earlier blocks, or answers nonsense: asked again it does the same.
        catch (EthereumRpcException fault) when (fault is not RpcTransportException)
        {
            return null;
        }
    }

    /// <summary>The block before which the account had not sent so many, and after which it had.</summary>
    static async Task<ulong?> BlockAsync(EthereumClient client, Address sender, ulong nonce, CancellationToken cancellationToken)
    {
        async Task<bool> IsAfterAsync(ulong block) => await client.GetTransactionCountAsync(sender, BlockTag.At(block), cancellationToken) > nonce;

        var after = await client.GetBlockNumberAsync(cancellationToken);
        if (!await IsAfterAsync(after))
            return null;
        var (before, step) = (after, 1UL);
        do
        {
            if (before == 0 || step > FurthestStep)
                return null;
            (after, before, step) = (before, before - Math.Min(step, before), step * 2);
        }
        while (await IsAfterAsync(before));
        while (after - before > 1)
        {
            var middle = before + (after - before) / 2;
            (before, after) = await IsAfterAsync(middle) ? (before, middle) : (middle, after);
        }
        return after;
    }
}
