using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Accounts;

/// <summary>Follows one transaction until its fate is certain.</summary>
sealed class TransactionWatch(
    EthereumClient client, ISigner signer, NonceTracker nonces, FeeEstimator fees, ITransactionJournal journal,
    TransactionSenderOptions options, TimeProvider time, Simulator simulator, PendingTransaction pending)
{
    /// <summary>
    /// How many looks in a row must agree that a nonce was used by another: nodes behind one address may lag behind each other.
    /// </summary>
    const int LooksForReplacement = 3;

    /// <summary>How many nonsensical answers in a row end the wait. A network that fails does not.</summary>
    const int MaxNonsense = 10;

    int looksReplaced;
    int nonsense;

    public async Task<TransactionReceipt> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await LookAsync(cancellationToken) is { } receipt)
                    return await ConcludeAsync(receipt, cancellationToken);
                if (looksReplaced >= LooksForReplacement)
                    throw await ReplacedAsync(cancellationToken);
                nonsense = 0;
            }
            catch (RpcTransportException)
            {
                // The endpoint may come back; the journal has the bytes.
            }
            catch (EthereumRpcException) when (++nonsense < MaxNonsense)
            {
                // A node between two states, or behind a balancer with a bad neighbour.
            }
            await Task.Delay(options.PollInterval, time, cancellationToken);
        }
    }

    /// <summary>The confirmed receipt, or null after doing what helps the transaction along.</summary>
    async Task<TransactionReceipt?> LookAsync(CancellationToken cancellationToken)
    {
        // Counted before the receipts are asked for: a block in between then shows as a receipt, not as a stranger's transaction.
        var used = await client.GetTransactionCountAsync(pending.Sender, BlockTag.Latest, cancellationToken);
        foreach (var attempt in pending.Attempts)
        {
            if (await client.GetReceiptAsync(attempt.Hash, cancellationToken) is { } receipt)
            {
                looksReplaced = 0;
                return await IsConfirmedAsync(receipt, cancellationToken) ? receipt : null;
            }
        }
        if (used > pending.Nonce)
        {
            looksReplaced += await IsUsedForGoodAsync(cancellationToken) ? 1 : 0;
            return null;
        }
        looksReplaced = 0;
        await HelpAlongAsync(cancellationToken);
        return null;
    }

    async Task<bool> IsConfirmedAsync(TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        var head = await client.GetBlockNumberAsync(cancellationToken);
        if (head < receipt.BlockNumber || head - receipt.BlockNumber + 1 < (ulong)options.Confirmations)
            return false;
        var canonical = await client.GetHeaderAsync(BlockTag.At(receipt.BlockNumber), cancellationToken);
        return canonical?.Hash == receipt.BlockHash;
    }

    async Task<bool> IsUsedForGoodAsync(CancellationToken cancellationToken)
    {
        var head = await client.GetBlockNumberAsync(cancellationToken);
        var deep = (ulong)options.Confirmations - 1;
        return head >= deep
            && await client.GetTransactionCountAsync(pending.Sender, BlockTag.At(head - deep), cancellationToken) > pending.Nonce;
    }

    /// <summary>Sends it again if the node has lost it, and raises its fees if it has waited for too long.</summary>
    async Task HelpAlongAsync(CancellationToken cancellationToken)
    {
        var tooCheap = false;
        if (await client.GetTransactionAsync(pending.Hash, cancellationToken) is null)
        {
            var result = await client.SendRawTransactionAsync(pending.Newest.Raw, cancellationToken);
            tooCheap = result.Outcome is SubmissionOutcome.FeeTooLow or SubmissionOutcome.ReplacementUnderpriced;
        }
        if (tooCheap || time.GetElapsedTime(pending.SentAt) >= options.BumpAfter)
            await BumpAsync(cancellationToken);
    }

    async Task BumpAsync(CancellationToken cancellationToken)
    {
        if (await RaisedAsync(cancellationToken) is not { } raised)
            return;
        var signed = await signer.SignTransactionAsync(raised, cancellationToken);
        await journal.AppendAsync(TransactionSender.Entry(pending.Intent, signed), cancellationToken);
        pending.Add(signed, time.GetTimestamp());
        await client.TrySendAsync(signed, cancellationToken);
    }

    /// <summary>
    /// The same transaction with both fees raised enough for every node to take it as a replacement; null where the cap forbids it.
    /// </summary>
    async Task<Eip1559Transaction?> RaisedAsync(CancellationToken cancellationToken)
    {
        var old = pending.Newest.Transaction;
        var (tip, cap) = (Raise(old.MaxPriorityFeePerGas), Raise(old.MaxFeePerGas));
        try
        {
            var quote = await fees.QuoteAsync(cancellationToken);
            (tip, cap) = (Wei.Max(tip, quote.MaxPriorityFeePerGas), Wei.Max(cap, quote.MaxFeePerGas));
        }
        catch (FeeCapExceededException)
        {
            return null;
        }
        cap = Wei.Max(cap, tip);
        return cap <= fees.Options.MaxFeePerGas ? old with { MaxPriorityFeePerGas = tip, MaxFeePerGas = cap } : null;
    }

    /// <summary>At least an eighth more, which is what the strictest nodes ask; rounded up.</summary>
    static Wei Raise(Wei fee) => new(fee.Value + (fee.Value + 7) / 8 + (fee.Value == 0 ? 1u : 0u));

    async Task<TransactionReceipt> ConcludeAsync(TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        var reason = receipt.Succeeded ? null : await ExplainAsync(receipt, cancellationToken);
        await journal.ConcludeAsync(
            pending.Intent, receipt.Succeeded ? TransactionFate.Succeeded : TransactionFate.Reverted, receipt, cancellationToken);
        await nonces.SettleAsync(pending.Nonce, cancellationToken);
        return receipt.Succeeded ? receipt : throw new TransactionRevertedException(receipt, reason);
    }

    Task<Exception?> ExplainAsync(TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        var mined = pending.Attempts.First(attempt => attempt.Hash == receipt.TransactionHash);
        return simulator.ExplainAsync(mined.Transaction.ToRequest(pending.Sender), receipt.BlockNumber, cancellationToken);
    }

    async Task<TransactionReplacedException> ReplacedAsync(CancellationToken cancellationToken)
    {
        await journal.ConcludeAsync(pending.Intent, TransactionFate.Replaced, null, cancellationToken);
        await nonces.SettleAsync(pending.Nonce, cancellationToken);
        return new TransactionReplacedException(pending.Sender, pending.Nonce);
    }
}

static class Submission
{
    /// <summary>Hands signed bytes to the node; null where the network failed and nobody knows whether they arrived.</summary>
    public static async Task<SubmissionResult?> TrySendAsync(
        this EthereumClient client, SignedTransaction signed, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendRawTransactionAsync(signed.Raw, cancellationToken);
        }
        catch (RpcTransportException)
        {
            return null;
        }
    }
}
