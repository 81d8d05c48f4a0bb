using Marketplace.Application.Live;
using Marketplace.Client;
using Marketplace.Client.Keys;
using MediatR;

namespace Marketplace.Application.Vaults;

/// <summary>The catalog may be another than before.</summary>
/// <param name="Number">Counts since the vault was opened.</param>
public sealed record CatalogChange(long Number);

/// <summary>A vault that is open. What changes its catalog takes turns.</summary>
public sealed class OpenVault : IAsyncDisposable
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(5);

    readonly VaultKeys keys;
    readonly IDisposable taken;
    readonly SemaphoreSlim changing = new(1, 1);
    readonly CancellationTokenSource closing = new();

    internal OpenVault(MarketplaceClient client, VaultKeys keys, IDisposable taken, IMediator cases)
    {
        (Client, this.keys, this.taken, Cases) = (client, keys, taken, cases);
        Recovery = new VaultRecovery(this, closing.Token);
    }

    /// <summary>The vault's client.</summary>
    public MarketplaceClient Client { get; }

    /// <summary>The use cases that read.</summary>
    public IMediator Cases { get; }

    /// <summary>Looks for the vault's files where this machine does not know of them.</summary>
    public VaultRecovery Recovery { get; }

    /// <summary>Cancelled when the vault is being locked: what may take long ends then, since locking waits for it.</summary>
    public CancellationToken Closing => closing.Token;

    /// <summary>Heard by whoever shows what is in the catalog: each change, whoever made it.</summary>
    public Broadcast<CatalogChange> Changes { get; } = new();

    /// <summary>Does something that changes the catalog, after whatever else does, and tells it, also where it broke off halfway.</summary>
    /// <exception cref="OperationCanceledException">Also when the vault was locked before its turn came.</exception>
    public async Task<T> ChangeAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Closing))
            await changing.WaitAsync(either.Token);
        try
        {
            // The turn may have come just when the vault was being locked.
            Closing.ThrowIfCancellationRequested();
            return await change();
        }
        finally
        {
            Changes.Publish(new CatalogChange((Changes.Latest?.Number ?? 0) + 1));
            changing.Release();
        }
    }

    /// <summary>Notes what was rented since the vault was open last; where the chain does not answer, again later.</summary>
    internal void BeginNoting(TimeProvider time) => _ = Task.Run(() => NoteAsync(time), CancellationToken.None);

    /// <summary>Erases the keys, after what runs has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await changing.WaitAsync();
        Client.Dispose();
        keys.Dispose();
        taken.Dispose();
    }

    async Task NoteAsync(TimeProvider time)
    {
        try
        {
            var pause = FirstPause;
            while (!await ChangeAsync(() => Cases.Send(new NoteAgreements(), closing.Token), closing.Token))
            {
                await Task.Delay(pause, time, closing.Token);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The vault is being locked.
        }
    }
}
