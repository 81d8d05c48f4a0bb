namespace Marketplace.Client.Watching;

/// <summary>Runs steps side by side, but not all of them at once.</summary>
static class Bounded
{
    const int AtOnce = 16;

    /// <summary>The results, in the order of the items.</summary>
    public static async Task<IReadOnlyList<TResult>> AllAsync<TItem, TResult>(IEnumerable<TItem> items, Func<TItem, Task<TResult>> step)
    {
        using var limit = new SemaphoreSlim(AtOnce);
        return await Task.WhenAll(items.Select(async item =>
        {
            await limit.WaitAsync(CancellationToken.None);
            try
            {
                return await step(item);
            }
            finally
            {
                limit.Release();
            }
        }));
    }
}
