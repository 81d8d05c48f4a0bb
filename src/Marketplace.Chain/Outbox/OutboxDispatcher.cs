using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Marketplace.Chain.Outbox;

/// <summary>
/// Brings the outbox's entries into blocks, each at most once. Between any two steps everything that matters is in the database: the nonce
/// and the signed bytes are recorded before a node sees them, and sending the same bytes again is harmless. One dispatcher for an account;
/// its account is used by nothing else while it runs (if it is, the dispatcher takes another nonce once the collision is final).
/// </summary>
/// <param name="outbox">The rows.</param>
/// <param name="client">The endpoint.</param>
/// <param name="signer">The account's key; the same account as the outbox's.</param>
/// <param name="fees">Chooses fees within its cap.</param>
/// <param name="explain">Turns a contract's refusal into a sentence.</param>
/// <param name="options">How patiently.</param>
/// <param name="time">Measures how long a transaction waits.</param>
/// <param name="logger">What was sent, raised, finished; never signed bytes.</param>
public sealed partial class OutboxDispatcher(
    TransactionOutbox outbox,
    EthereumClient client,
    ISigner signer,
    FeeEstimator fees,
    Func<ReadOnlyMemory<byte>, string> explain,
    OutboxOptions options,
    TimeProvider time,
    ILogger<OutboxDispatcher> logger)
{
    readonly List<OutboxEntry> finished = [];
    readonly SemaphoreSlim wake = new(0, 1);

    /// <summary>
    /// Looks once at everything that is under way, and starts what can start.
    /// </summary>
    /// <returns>The entries that this pass finished.</returns>
    /// <exception cref="WrongChainException">The endpoint serves another chain; nothing was sent.</exception>
    /// <exception cref="EthereumRpcException">The endpoint failed; the next pass goes on where this one stopped.</exception>
    public async Task<IReadOnlyList<OutboxEntry>> PassAsync(CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (signer.Address != outbox.Sender)
            throw new InvalidOperationException($"The outbox belongs to {outbox.Sender}, but the key is that of {signer.Address}.");
        finished.Clear();
        await client.RequireChainAsync(options.ChainId, cancellationToken);
        var chain = await ViewAsync(cancellationToken);
        if (outbox.ReopenFrom(chain.Count) is > 0 and var reopened)
            LogReopened(reopened);
        foreach (var entry in InFlight())
            await CheckAsync(entry, chain, cancellationToken);
        await FillGapsAsync(chain, cancellationToken);
        await StartQueuedAsync(chain, cancellationToken);
        return [.. finished];
    }

    /// <summary>Passes until cancelled; faults of the endpoint are waited out.</summary>
    /// <exception cref="WrongChainException">The endpoint serves another chain: nothing is sent any more.</exception>
    public async Task RunAsync(IReadOnlyList<IOutboxObserver> observers, CancellationToken cancellationToken)
    {
        // Whoever asks for something again that is done sees a chain that was rolled back: only a pass can tell.
        var isWoken = true;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (isWoken || outbox.ListOpen().Count > 0)
                    await NotifyAsync(observers, await PassAsync(cancellationToken), cancellationToken);
            }
            catch (Exception fault) when (fault is (EthereumRpcException or FeeCapExceededException) and not WrongChainException)
            {
                LogFault(fault.Message);
                await NotifyAsync(observers, [.. finished], cancellationToken);
            }
            isWoken = await WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Ends the wait between two passes, for instance after something was enqueued, and lets the chain be asked even where nothing is open.
    /// </summary>
    public void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>Whether it was woken before the interval was over.</summary>
    async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(options.PollInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await wake.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The interval is over.
            return false;
        }
    }

    /// <summary>Where the chain stands. The deep count is what no reorganisation within the confirmations can take back.</summary>
    sealed record ChainView(ulong Head, DateTimeOffset Time, ulong Count, ulong DeepCount);

    async Task<ChainView> ViewAsync(CancellationToken cancellationToken)
    {
        var head = await client.GetHeadAsync(cancellationToken);
        var count = await client.GetTransactionCountAsync(signer.Address, BlockTag.At(head.Hash), cancellationToken);
        var depth = (ulong)options.Confirmations - 1;
        var deep = depth == 0 ? count
            : head.Number < depth ? 0
            : await client.GetTransactionCountAsync(signer.Address, BlockTag.At(head.Number - depth), cancellationToken);
        return new ChainView(head.Number, head.Timestamp, count, deep);
    }

    IReadOnlyList<OutboxEntry> InFlight() =>
        [.. outbox.Select($"e.state IN ({(int)OutboxState.Sent}, {(int)OutboxState.Mined})", signer.Address).OrderBy(entry => entry.Nonce)];

    void Finish(OutboxEntry entry, OutboxState state)
    {
        if (outbox.Select("e.id = $1", signer.Address, entry.Id) is not [var row])
            return;
        finished.Add(row);
        LogFinished(row.Kind, row.Key, state, row.BlockNumber, row.Reason is { } reason ? $": {reason}" : ".");
    }

    async Task NotifyAsync(IReadOnlyList<IOutboxObserver> observers, IReadOnlyList<OutboxEntry> results,
        CancellationToken cancellationToken)
    {
        foreach (var (observer, entry) in results.SelectMany(entry => observers.Select(observer => (observer, entry))))
        {
            try
            {
                await observer.FinishedAsync(entry, cancellationToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogObserverFault(fault, observer.GetType().Name, entry.Key);
            }
        }
    }

    [LoggerMessage(3100, LogLevel.Information, "{Kind} {Key}: sent with nonce {Nonce}, {Hash}.")]
    partial void LogSent(string kind, string key, ulong nonce, Hash256 hash);

    [LoggerMessage(3101, LogLevel.Information, "{Kind} {Key}: {State} (block {Block}){Reason}")]
    partial void LogFinished(string kind, string key, OutboxState state, ulong? block, string reason);

    [LoggerMessage(3102, LogLevel.Warning, "{Kind} {Key}: no block yet; fees raised to {MaxFee} per gas.")]
    partial void LogRaised(string kind, string key, Wei maxFee);

    [LoggerMessage(3103, LogLevel.Warning, "{Kind} {Key}: its time is over; nonce {Nonce} is used up by an empty transaction.")]
    partial void LogCancelled(string kind, string key, ulong nonce);

    [LoggerMessage(3104, LogLevel.Warning, "{Kind} {Key}: another transaction of the account has used nonce {Nonce}; it is signed anew with another.")]
    partial void LogNonceTaken(string kind, string key, ulong nonce);

    [LoggerMessage(3109, LogLevel.Warning, "Nothing of the account has nonce {Nonce} any more, for which later ones wait; an empty transaction uses it up.")]
    partial void LogGap(ulong nonce);

    [LoggerMessage(3105, LogLevel.Warning, "The chain was rolled back below {Count} finished transactions; they are sent again.")]
    partial void LogReopened(int count);

    [LoggerMessage(3106, LogLevel.Warning, "{Kind} {Key}: the node did not take it ({Outcome}): {Words}")]
    partial void LogRefused(string kind, string key, SubmissionOutcome outcome, string? words);

    [LoggerMessage(3107, LogLevel.Warning, "Transactions wait, because the endpoint did not answer as needed: {Reason}")]
    partial void LogFault(string reason);

    [LoggerMessage(3108, LogLevel.Error, "{Observer} failed over {Key}.")]
    partial void LogObserverFault(Exception fault, string observer, string key);
}
