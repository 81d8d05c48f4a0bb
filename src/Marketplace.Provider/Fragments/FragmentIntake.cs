using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// Takes the fragments of one request: large ones each by itself while they arrive, small ones together. While some wait for the disk, the next ones
/// are taken, so that many share one sync. Not safe for concurrent use.
/// </summary>
public sealed class FragmentIntake : IAsyncDisposable
{
    /// <summary>Large fragments of a request that wait for the disk at a time.</summary>
    const int WaitingAtOnce = 256;

    readonly AgreementId agreement;
    readonly FragmentStore store;
    readonly Func<SmallFragments> openSmall;
    readonly List<(int Number, Task<FragmentWriteResult> Storing)> large = [];
    SmallFragments? small;
    int count;

    internal FragmentIntake(AgreementId agreement, FragmentStore store, Func<SmallFragments> openSmall) =>
        (this.agreement, this.store, this.openSmall) = (agreement, store, openSmall);

    /// <summary>
    /// Takes the next fragment, as <see cref="FragmentStore.TakeAsync(AgreementId, Hash256, long, Stream, CancellationToken)"/>; its outcome is told in
    /// the end. The content is read to the fragment's end, unless it ends before.
    /// </summary>
    /// <param name="root">The fragment's root.</param>
    /// <param name="length">Its length.</param>
    /// <param name="content">Where its bytes come from.</param>
    /// <param name="cancellationToken">Gives all up that waits to be written.</param>
    /// <exception cref="StoreFailedException">The store acknowledges nothing any more.</exception>
    public async ValueTask TakeAsync(Hash256 root, long length, Stream content, CancellationToken cancellationToken)
    {
        var number = count++;
        if (length is > 0 and <= FragmentPack.LongestFragment && length % FragmentBlocks.LeafBytes == 0)
        {
            small ??= openSmall();
            await small.TakeAsync(number, root, (int)length, content, cancellationToken).ConfigureAwait(false);
            return;
        }
        large.Add((number, await store.TakeAsync(agreement, root, length, content, cancellationToken).ConfigureAwait(false)));
        if (large.Count >= WaitingAtOnce)
            await large[^WaitingAtOnce].Storing.ConfigureAwait(false);
    }

    /// <summary>Ends when the outcome of every fragment is durable.</summary>
    /// <returns>The outcomes, in the order in which the fragments were taken.</returns>
    /// <exception cref="StoreFailedException">The store acknowledges nothing any more.</exception>
    public async Task<IReadOnlyList<FragmentWriteResult>> FinishAsync(CancellationToken cancellationToken)
    {
        if (small is not null)
            await small.FinishAsync(cancellationToken).ConfigureAwait(false);
        var results = new FragmentWriteResult[count];
        foreach (var (number, storing) in large)
            results[number] = await storing.ConfigureAwait(false);
        foreach (var (number, result) in small?.Results.AsEnumerable() ?? [])
            results[number] = result;
        return results;
    }

    /// <summary>However it ended: nothing is left behind that still writes, and what was not finished gives its space back.</summary>
    public async ValueTask DisposeAsync()
    {
        await ((Task)Task.WhenAll(large.Select(taken => taken.Storing))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (small is null)
            return;
        await small.AbandonAsync().ConfigureAwait(false);
        small.Dispose();
    }
}
