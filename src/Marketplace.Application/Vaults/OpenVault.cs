using Marketplace.Client;
using Marketplace.Client.Keys;
using MediatR;

namespace Marketplace.Application.Vaults;

/// <summary>A vault that is open. What changes its catalog takes turns.</summary>
public sealed class OpenVault : IAsyncDisposable
{
    readonly VaultKeys keys;
    readonly IDisposable taken;
    readonly SemaphoreSlim changing = new(1, 1);

    internal OpenVault(MarketplaceClient client, VaultKeys keys, IDisposable taken, IMediator cases) =>
        (Client, this.keys, this.taken, Cases) = (client, keys, taken, cases);

    /// <summary>The vault's client.</summary>
    public MarketplaceClient Client { get; }

    /// <summary>The use cases that read.</summary>
    public IMediator Cases { get; }

    /// <summary>Does something that changes the catalog, after whatever else does.</summary>
    public async Task<T> ChangeAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            return await change();
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Erases the keys, after what runs has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await changing.WaitAsync();
        Client.Dispose();
        keys.Dispose();
        taken.Dispose();
    }
}
