using Marketplace.Chain;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using MediatR;

namespace Marketplace.Application.Transactions;

/// <summary>Asks what has become of a transaction that a wallet sent.</summary>
/// <param name="Hash">As the wallet told it.</param>
/// <param name="Sent">What was sent, for the words when it fails.</param>
/// <param name="Nonce">The sender's nonce as it was known earlier; null before the chain's endpoint knew the transaction.</param>
/// <param name="Expected">The nonce that it has if the wallet counts as the endpoint did before it was asked; null where that is not known.</param>
public sealed record FollowTransaction(Hash256 Hash, TransactionRequest Sent, ulong? Nonce, ulong? Expected = null) : IRequest<TransactionFate>;

/// <summary>What has become of a transaction.</summary>
public abstract record TransactionFate
{
    TransactionFate()
    {
    }

    /// <summary>It is in no block yet.</summary>
    /// <param name="Nonce">Of the transaction; null while the endpoint does not know it.</param>
    /// <param name="IsOvertaken">
    /// Whether the endpoint does not know it although another transaction has the nonce that it should have: it was replaced before it came by, or is late.
    /// </param>
    /// <param name="IsKnown">Whether the endpoint knows it now; what it knew once and does not any more was dropped there.</param>
    public sealed record Pending(ulong? Nonce, bool IsOvertaken, bool IsKnown) : TransactionFate;

    /// <summary>It is in a block, and did what it should.</summary>
    /// <param name="Receipt">Its own.</param>
    /// <param name="SpedUpAs">The same sent again with a higher fee, which is in the block instead; null where it is there itself.</param>
    public sealed record Done(TransactionReceipt Receipt, Hash256? SpedUpAs = null) : TransactionFate;

    /// <summary>It is in a block, but failed; its fee is spent and nothing else has changed.</summary>
    /// <param name="Reason">A sentence for people.</param>
    /// <param name="SpedUpAs">The same sent again with a higher fee, which is in the block instead; null where it is there itself.</param>
    public sealed record Failed(string Reason, Hash256? SpedUpAs = null) : TransactionFate;

    /// <summary>Another transaction of the same account has taken its place.</summary>
    /// <param name="By">That one, which does something else; null where it was not found: then nobody knows what it did.</param>
    /// <param name="IsCancelled">Whether that one does nothing at all, as wallets send it to cancel another.</param>
    public sealed record Replaced(Hash256? By = null, bool IsCancelled = false) : TransactionFate;
}

/// <inheritdoc cref="FollowTransaction"/>
public sealed class FollowTransactionHandler(Market market) : IRequestHandler<FollowTransaction, TransactionFate>
{
    /// <inheritdoc/>
    public async Task<TransactionFate> Handle(FollowTransaction request, CancellationToken cancellationToken)
    {
        // Asked before the receipt, so that a block in between does not look like a replacement.
        var count = await market.Client.GetTransactionCountAsync(request.Sent.From ?? Address.Zero, BlockTag.Latest, cancellationToken);
        if (await market.Client.GetReceiptAsync(request.Hash, cancellationToken) is { } receipt)
            return await ConcludeAsync(request, receipt, cancellationToken);
        var known = await market.Client.GetTransactionAsync(request.Hash, cancellationToken);
        var nonce = known?.Nonce ?? request.Nonce;
        var waits = new TransactionFate.Pending(nonce, IsOvertaken: false, known is not null);
        if ((nonce ?? request.Expected) is not { } number || number >= count)
            return waits;
        var other = await NumberedTransaction.FindAsync(market.Client, request.Sent.From ?? Address.Zero, number, cancellationToken);
        if (other is not null && IsSame(other, request.Sent))
            return await market.Client.GetReceiptAsync(other.Hash, cancellationToken) is { } its ? await ConcludeAsync(request, its, cancellationToken) : waits;
        // Where the number was expected only, it may have another.
        return nonce is null ? waits with { IsOvertaken = true } : new TransactionFate.Replaced(other?.Hash, other is not null && IsCancellation(other));
    }

    static bool IsSame(KnownTransaction other, TransactionRequest sent) =>
        other.To == sent.To && other.Value == sent.Value && other.Data.Span.SequenceEqual(sent.Data.Span);

    static bool IsCancellation(KnownTransaction other) => other.To == other.From && other.Value == Wei.Zero && other.Data.IsEmpty;

    async Task<TransactionFate> ConcludeAsync(FollowTransaction request, TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        Hash256? spedUpAs = receipt.TransactionHash == request.Hash ? null : receipt.TransactionHash;
        return receipt.Succeeded
            ? new TransactionFate.Done(receipt, spedUpAs) : new TransactionFate.Failed(await ExplainAsync(request.Sent, receipt, cancellationToken), spedUpAs);
    }

    /// <summary>Repeats it on the state before its block; what other transactions of that block changed is not seen.</summary>
    async Task<string> ExplainAsync(TransactionRequest sent, TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        foreach (var block in (ulong[])[receipt.BlockNumber, receipt.BlockNumber - 1])
        {
            try
            {
                _ = await market.Client.CallAsync(sent, BlockTag.At(block), cancellationToken);
            }
            catch (RpcException refusal)
            {
                return Refusals.Describe(refusal, market.Client);
            }
        }
        return "It failed in its block, and would succeed now: something else in the block stood in its way. Try again.";
    }
}
