using Marketplace.Application.Live;
using Marketplace.Application.Transactions;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using MediatR;

namespace Marketplace.Web.Transactions;

/// <summary>
/// The transactions that wallets sent for these pages, each followed to its end whether a page shows it or not, and kept until its user was told, also over
/// a start of the gateway anew.
/// </summary>
public sealed class SentTransactions : IDisposable
{
    /// <summary>Older ones make room.</summary>
    public const int Most = 50;

    /// <summary>A wallet's own endpoint may be ahead of the gateway's by a block or two, and of the machines behind the gateway's one of another.</summary>
    const int MostBlocksOvertaken = 3;

    /// <summary>Blocks in a row in which the endpoint does not know it.</summary>
    const int MostBlocksUnseen = 20;

    static readonly TimeSpan LongestKept = TimeSpan.FromDays(7);

    readonly IMediator cases;
    readonly MarketPulse pulse;
    readonly SentFile? file;
    readonly TimeProvider time;
    readonly Lock gate = new();
    readonly CancellationTokenSource ended = new();

    /// <summary>Goes on to follow what an earlier run left.</summary>
    /// <param name="cases">Ask the chain.</param>
    /// <param name="pulse">Tells new blocks.</param>
    /// <param name="file">Where they are written down; null for nowhere.</param>
    /// <param name="time">The clock.</param>
    public SentTransactions(IMediator cases, MarketPulse pulse, SentFile? file, TimeProvider time)
    {
        (this.cases, this.pulse, this.file, this.time) = (cases, pulse, file, time);
        if (file?.Read() is not { Count: > 0 } left)
            return;
        var now = time.GetUtcNow();
        Change(_ => left.Select(sent => sent.Since > now ? sent with { Since = now } : sent));
        foreach (var sent in All.Latest!.Where(sent => !sent.State.IsOver))
            Follow(sent);
    }

    /// <summary>The newest first; told anew with each change.</summary>
    public Broadcast<IReadOnlyList<SentTransaction>> All { get; } = new();

    /// <summary>Keeps a transaction and follows it.</summary>
    /// <param name="hash">As the wallet told it.</param>
    /// <param name="summary">What it does, in a sentence.</param>
    /// <param name="request">What was sent, by which account.</param>
    /// <param name="expected">The number among the account's that it should have; null where that is not known.</param>
    public void Follow(Hash256 hash, string summary, TransactionRequest request, ulong? expected)
    {
        var sent = new SentTransaction(hash, request, expected, summary, time.GetUtcNow(), new SentState.Waits());
        Change(all => [sent, .. all.Where(known => known.Hash != hash)]);
        Follow(sent);
    }

    /// <summary>Its user was told.</summary>
    public void Forget(Hash256 hash) => Change(all => all.Where(sent => sent.Hash != hash));

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    void Follow(SentTransaction sent)
    {
        var until = ended.Token;
        // Not the page's, which may be closed long before.
        _ = Task.Run(() => FollowAsync(sent, until), CancellationToken.None);
    }

    async Task FollowAsync(SentTransaction sent, CancellationToken cancellationToken)
    {
        var (hash, nonce) = (sent.Hash, (sent.State as SentState.Waits)?.Nonce);
        var (overtaken, elsewhere, unseen) = (0, 0, 0);
        await foreach (var moment in pulse.Moments.WatchAsync(cancellationToken))
        {
            if (!IsKept(hash))
                return;
            if (moment.AwaySince is not null || await TryAskAsync(new FollowTransaction(hash, sent.Request, nonce, sent.Expected), cancellationToken) is not { } fate)
                continue;
            // Of two that do the same, both sent for these pages, neither is the other sped up.
            if (SpedUpAs(fate) is { } other && IsKept(other))
                fate = new TransactionFate.Pending(nonce, IsOvertaken: true, IsKnown: false);
            if (fate is TransactionFate.Pending pending)
            {
                nonce = pending.Nonce;
                overtaken += pending.IsOvertaken ? 1 : 0;
                unseen = pending.IsKnown ? 0 : unseen + 1;
            }
            elsewhere = fate is TransactionFate.Replaced || SpedUpAs(fate) is not null ? elsewhere + 1 : 0;
            if (elsewhere is > 0 and < MostBlocksOvertaken)
                continue;
            var state = StateOf(fate, overtaken >= MostBlocksOvertaken, unseen >= MostBlocksUnseen);
            Become(hash, state);
            if (state.IsOver)
                return;
        }
    }

    static Hash256? SpedUpAs(TransactionFate fate) => fate switch
    {
        TransactionFate.Done done => done.SpedUpAs,
        TransactionFate.Failed failed => failed.SpedUpAs,
        _ => null,
    };

    static SentState StateOf(TransactionFate fate, bool isLost, bool isUnseen) => fate switch
    {
        TransactionFate.Done done => new SentState.Done(done.Receipt, done.SpedUpAs),
        TransactionFate.Failed { SpedUpAs: { } other } failed => new SentState.Failed($"{SentWords.SpedUp(other)} {failed.Reason}"),
        TransactionFate.Failed failed => new SentState.Failed(failed.Reason),
        TransactionFate.Replaced replaced => new SentState.Replaced(replaced.By, replaced.IsCancelled),
        TransactionFate.Pending pending when !isLost => new SentState.Waits(pending.Nonce, isUnseen),
        _ => new SentState.Lost(),
    };

    async Task<TransactionFate?> TryAskAsync(FollowTransaction question, CancellationToken cancellationToken)
    {
        try
        {
            return await cases.Send(question, cancellationToken);
        }
        // Nobody awaits this: whatever it was, the transaction is out there, and is asked for again with the next block.
        catch (Exception)
        {
            return null;
        }
    }

    bool IsKept(Hash256 hash) => All.Latest?.Any(sent => sent.Hash == hash) == true;

    void Become(Hash256 hash, SentState state)
    {
        if (All.Latest?.FirstOrDefault(sent => sent.Hash == hash) is { } known && known.State != state)
            Change(all => all.Select(sent => sent.Hash == hash ? sent with { State = state } : sent));
    }

    void Change(Func<IReadOnlyList<SentTransaction>, IEnumerable<SentTransaction>> change)
    {
        lock (gate)
        {
            // Written down first: what is told is not forgotten then.
            SentTransaction[] changed = [.. change(All.Latest ?? []).Where(sent => time.GetUtcNow() - sent.Since < LongestKept).Take(Most)];
            file?.Write(changed);
            All.Publish(changed);
        }
    }
}
