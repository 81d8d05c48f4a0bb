using System.Globalization;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Outbox;

public sealed partial class OutboxDispatcher
{
    /// <summary>Gas of a transfer without data, which is what a cancellation is.</summary>
    const ulong TransferGas = 21_000;

    /// <summary>Nodes demand 10 % more for a replacement; an eighth leaves room for rounding.</summary>
    const ulong RaiseDivisor = 8;

    /// <summary>The kind of what only uses up a nonce.</summary>
    const string Filler = "fill";

    /// <summary>Where a block with another program's transaction was taken back, nothing that came after it could get into a block.</summary>
    async Task FillGapsAsync(ChainView chain, CancellationToken cancellationToken)
    {
        var nonces = InFlight().Select(entry => entry.Nonce!.Value).ToHashSet();
        var last = nonces.DefaultIfEmpty().Max();
        var missing = new List<ulong>();
        for (var nonce = chain.Count; nonce < last && missing.Count < options.MaxInFlight; nonce++)
        {
            if (!nonces.Contains(nonce))
                missing.Add(nonce);
        }
        foreach (var nonce in missing)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{Filler}:{nonce}:{time.GetUtcNow().UtcTicks}");
            var request = new OutboxRequest(Filler, key, new TransactionRequest { To = signer.Address, GasLimit = TransferGas }) { IsIndependent = true };
            LogGap(nonce);
            if (outbox.Enqueue(request))
                await StartAsync(outbox.Find(key)!, nonce, cancellationToken);
        }
    }

    async Task StartQueuedAsync(ChainView chain, CancellationToken cancellationToken)
    {
        var inFlight = InFlight();
        var unmined = inFlight.Count(entry => entry.State == OutboxState.Sent);
        var next = inFlight.Select(entry => entry.Nonce!.Value + 1).Append(chain.Count).Max();
        var room = options.MaxInFlight - inFlight.Count;
        foreach (var entry in outbox.Select($"e.state = {(int)OutboxState.Queued}", signer.Address))
        {
            if (entry.NotAfter < chain.Time)
            {
                outbox.Move(entry.Id, OutboxState.Expired, reason: "Its time was over before it was sent.");
                Finish(entry, OutboxState.Expired);
            }
            else if (room > 0 && (entry.IsIndependent || unmined == 0) && await StartAsync(entry, next, cancellationToken))
            {
                next++;
                unmined++;
                room--;
            }
        }
    }

    /// <summary>False if it ended here, before anything was signed.</summary>
    async Task<bool> StartAsync(OutboxEntry entry, ulong nonce, CancellationToken cancellationToken)
    {
        ulong gas;
        try
        {
            gas = entry.Transaction.GasLimit
                ?? WithMargin(await client.EstimateGasAsync(entry.Transaction with { From = signer.Address }, default, cancellationToken));
        }
        catch (RpcException refusal) when (refusal.IsRevert)
        {
            outbox.Move(entry.Id, OutboxState.Failed, reason: Explain(refusal), revertData: refusal.RevertData);
            Finish(entry, OutboxState.Failed);
            return false;
        }
        var quote = await fees.QuoteAsync(cancellationToken);
        var attempt = await SignAsync(entry.Transaction, nonce, gas, quote.MaxFeePerGas, quote.MaxPriorityFeePerGas, isCancellation: false,
            cancellationToken);
        if (!outbox.Record(entry.Id, OutboxState.Queued, attempt))
            return false;
        LogSent(entry.Kind, entry.Key, nonce, attempt.Hash);
        await SendAsync(entry, attempt, cancellationToken);
        return true;
    }

    async Task CheckAsync(OutboxEntry entry, ChainView chain, CancellationToken cancellationToken)
    {
        var attempts = outbox.Attempts(entry.Id);
        if (await FindReceiptAsync(attempts, cancellationToken) is var (attempt, receipt))
        {
            await ConcludeAsync(entry, attempt, receipt, chain, cancellationToken);
            return;
        }
        if (entry.State == OutboxState.Mined)
            outbox.Move(entry.Id, OutboxState.Sent);
        if (chain.DeepCount > entry.Nonce)
        {
            if (await IsTakenAsync(entry.Nonce.Value, attempts, cancellationToken))
                GiveUpNonce(entry, entry.Nonce.Value);
        }
        else if (chain.Count <= entry.Nonce)
        {
            await PushAsync(entry, attempts[0], chain, cancellationToken);
        }
    }

    /// <summary>
    /// Whether another transaction has used the nonce for good. The chain may have been reorganised after its count was read: then a receipt that is missing
    /// says nothing, and what was signed with the nonce can still get into a block. So both are asked for again.
    /// </summary>
    async Task<bool> IsTakenAsync(ulong nonce, IReadOnlyList<OutboxAttempt> attempts, CancellationToken cancellationToken) =>
        (await ViewAsync(cancellationToken)).DeepCount > nonce && await FindReceiptAsync(attempts, cancellationToken) is null;

    /// <summary>The attempt that a block holds, with its receipt; null where none does.</summary>
    async Task<(OutboxAttempt Attempt, TransactionReceipt Receipt)?> FindReceiptAsync(IReadOnlyList<OutboxAttempt> attempts, CancellationToken cancellationToken)
    {
        foreach (var attempt in attempts)
        {
            if (await client.GetReceiptAsync(attempt.Hash, cancellationToken) is { } receipt)
                return (attempt, receipt);
        }
        return null;
    }

    void GiveUpNonce(OutboxEntry entry, ulong nonce)
    {
        if (entry.Kind == Filler)
        {
            outbox.Move(entry.Id, OutboxState.Expired, reason: "Another transaction used its nonce up.");
            Finish(entry, OutboxState.Expired);
            return;
        }
        outbox.Requeue(entry.Id);
        LogNonceTaken(entry.Kind, entry.Key, nonce);
    }

    async Task ConcludeAsync(OutboxEntry entry, OutboxAttempt attempt, TransactionReceipt receipt, ChainView chain,
        CancellationToken cancellationToken)
    {
        if (chain.Head + 1 < receipt.BlockNumber + (ulong)options.Confirmations)
        {
            outbox.Move(entry.Id, OutboxState.Mined, receipt);
            return;
        }
        if (attempt.IsCancellation)
        {
            outbox.Move(entry.Id, OutboxState.Expired, receipt, "Its time was over before a block held it.");
            Finish(entry, OutboxState.Expired);
        }
        else if (receipt.Succeeded)
        {
            outbox.Move(entry.Id, OutboxState.Done, receipt);
            Finish(entry, OutboxState.Done);
        }
        else
        {
            var (reason, data) = await ReplayAsync(entry, receipt, cancellationToken);
            outbox.Move(entry.Id, OutboxState.Failed, receipt, reason, data);
            Finish(entry, OutboxState.Failed);
        }
    }

    /// <summary>The receipt does not say why, so the transaction is simulated on the state before its block.</summary>
    async Task<(string Reason, ReadOnlyMemory<byte>? Data)> ReplayAsync(OutboxEntry entry, TransactionReceipt receipt,
        CancellationToken cancellationToken)
    {
        try
        {
            await client.CallAsync(entry.Transaction with { From = signer.Address }, BlockTag.At(receipt.BlockNumber - 1),
                cancellationToken);
            return ("It reverted or ran out of gas because of another transaction in the same block.", null);
        }
        catch (RpcException refusal)
        {
            return (Explain(refusal), refusal.RevertData);
        }
    }

    /// <summary>Gives the newest attempt to the node again, or signs another that pays more or does nothing any more.</summary>
    async Task PushAsync(OutboxEntry entry, OutboxAttempt newest, ChainView chain, CancellationToken cancellationToken)
    {
        var isOver = entry.NotAfter < chain.Time;
        if (isOver && !newest.IsCancellation)
        {
            await ReplaceAsync(entry, newest, isCancellation: true, cancellationToken);
            LogCancelled(entry.Kind, entry.Key, newest.Nonce);
        }
        else if (time.GetUtcNow() - newest.SignedAt >= options.RaiseFeesAfter)
        {
            await ReplaceAsync(entry, newest, newest.IsCancellation, cancellationToken);
        }
        else
        {
            await SendAsync(entry, newest, cancellationToken);
        }
    }

    async Task ReplaceAsync(OutboxEntry entry, OutboxAttempt previous, bool isCancellation, CancellationToken cancellationToken)
    {
        var quote = await fees.QuoteAsync(cancellationToken);
        var maxFee = Wei.Max(quote.MaxFeePerGas, Raised(previous.MaxFeePerGas));
        if (maxFee > fees.Options.MaxFeePerGas)
        {
            // At the cap there is nothing to raise; the same bytes wait for a cheaper block.
            await SendAsync(entry, previous, cancellationToken);
            return;
        }
        var priority = Wei.Min(Wei.Max(quote.MaxPriorityFeePerGas, Raised(previous.MaxPriorityFeePerGas)), maxFee);
        var request = isCancellation ? new TransactionRequest { To = signer.Address } : entry.Transaction;
        var gas = isCancellation ? TransferGas : GasOf(previous);
        var attempt = await SignAsync(request, previous.Nonce, gas, maxFee, priority, isCancellation, cancellationToken);
        if (!outbox.Record(entry.Id, OutboxState.Sent, attempt))
            return;
        LogRaised(entry.Kind, entry.Key, maxFee);
        await SendAsync(entry, attempt, cancellationToken);
    }

    async Task SendAsync(OutboxEntry entry, OutboxAttempt attempt, CancellationToken cancellationToken)
    {
        var result = await client.SendRawTransactionAsync(attempt.Raw, cancellationToken);
        if (!result.IsWithNode)
            LogRefused(entry.Kind, entry.Key, result.Outcome, result.Words);
    }

    async Task<OutboxAttempt> SignAsync(
        TransactionRequest request, ulong nonce, ulong gas, Wei maxFee, Wei priorityFee, bool isCancellation,
            CancellationToken cancellationToken)
    {
        var unsigned = new Eip1559Transaction
        {
            ChainId = options.ChainId, Nonce = nonce, GasLimit = gas, MaxFeePerGas = maxFee, MaxPriorityFeePerGas = priorityFee,
            To = request.To, Value = request.Value, Data = request.Data,
        };
        var signed = await signer.SignTransactionAsync(unsigned, cancellationToken);
        return new OutboxAttempt(signed.Hash, signed.Raw, nonce, maxFee, priorityFee, isCancellation, time.GetUtcNow());
    }

    ulong WithMargin(ulong gas) => checked(gas + gas / 100 * (ulong)options.GasMarginPercent);

    static Wei Raised(Wei fee) => fee + new Wei(fee.Value / RaiseDivisor) + Wei.One;

    static ulong GasOf(OutboxAttempt attempt) =>
        SignedTransaction.TryDecode(attempt.Raw.Span, out var signed)
            ? signed.Transaction.GasLimit
            : throw new InvalidOperationException("The outbox holds signed bytes that cannot be read.");

    string Explain(RpcException refusal) => refusal.RevertData is { } data ? explain(data) : refusal.Error.Message;
}
