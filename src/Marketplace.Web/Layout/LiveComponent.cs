using Marketplace.Application.Live;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Web.Wallets;
using Microsoft.AspNetCore.Components;

namespace Marketplace.Web.Layout;

/// <summary>
/// A part of a page that follows what changes for as long as it is shown, and does what its user asks for. Whatever comes between is told: what it does by
/// itself above the page, and is tried again; what its user asked for beside it.
/// </summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);

    readonly CancellationTokenSource ending = new();
    Action? leave;

    /// <summary>Made by the page that shows it.</summary>
    protected LiveComponent() => Ended = ending.Token;

    /// <summary>Where it tells what comes between.</summary>
    [Inject] public required PageTroubles Troubles { get; set; }

    /// <summary>The clock.</summary>
    [Inject] public required TimeProvider Time { get; set; }

    /// <summary>Cancelled when it is shown no more.</summary>
    protected CancellationToken Ended { get; }

    /// <summary>Whether what its user asked for is being done.</summary>
    protected bool IsBusy { get; private set; }

    /// <summary>Why what its user asked for was not done; null when nothing is wrong.</summary>
    protected string? Trouble { get; set; }

    /// <summary>It is alive: from here on it may follow.</summary>
    protected virtual void Begin()
    {
    }

    /// <inheritdoc/>
    protected sealed override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            Begin();
    }

    /// <summary>Takes each value of a stream, and shows itself anew. One that could not be taken is tried again, unless a newer one comes first.</summary>
    protected void Follow<T>(Broadcast<T> stream, Func<T, Task> take) where T : class => _ = FollowAsync(stream.WatchAsync(Ended), take);

    /// <inheritdoc cref="Follow{T}(Broadcast{T}, Func{T, Task})"/>
    protected void Follow<T>(Broadcast<T> stream, Action<T> take) where T : class => Follow(stream, value =>
    {
        take(value);
        return Task.CompletedTask;
    });

    /// <summary>Reads with each block, while the chain answers: when it does not, the line at the top says so.</summary>
    protected void Follow(MarketPulse pulse, Func<ChainMoment, Task> read) =>
        Follow(pulse.Moments, moment => moment.AwaySince is null ? read(moment) : Task.CompletedTask);

    /// <summary>Reads when the wallet turns to another account or chain.</summary>
    protected void Follow(WalletSession wallet, Func<Task> read)
    {
        var turns = new Broadcast<WalletState>();
        void Turn() => turns.Publish(wallet.State);
        wallet.Changed += Turn;
        leave += () => wallet.Changed -= Turn;
        Follow(turns, _ => read());
    }

    /// <summary>Does something by itself, and shows itself anew; false where that has to be tried again.</summary>
    protected async Task<bool> TryAsync(Func<Task> work)
    {
        string? trouble = null;
        var isDone = true;
        try
        {
            await InvokeAsync(work);
        }
        catch (Exception fault) when (Ended.IsCancellationRequested || fault is OperationCanceledException or ObjectDisposedException)
        {
            // What was read is shown no more, or was closed.
        }
        catch (RpcTransportException)
        {
            // The line at the top says when the chain is away.
            isDone = false;
        }
        catch (Exception fault)
        {
            (trouble, isDone) = (Troubles.Explain(this, fault), false);
        }
        if (!Ended.IsCancellationRequested)
            await InvokeAsync(() => Tell(trouble));
        return isDone;
    }

    /// <summary>Does what its user asked for; why it was not done is <see cref="Trouble"/>.</summary>
    protected async Task GuardAsync(Func<Task> work)
    {
        (IsBusy, Trouble) = (true, null);
        try
        {
            await work();
        }
        catch (Exception fault) when (Ended.IsCancellationRequested || fault is OperationCanceledException or ObjectDisposedException)
        {
            Trouble = "It was broken off; try again.";
        }
        catch (EthereumRpcException)
        {
            Trouble = "The chain does not answer now; try again.";
        }
        catch (Exception fault)
        {
            Trouble = $"{Troubles.Explain(this, fault).TrimEnd('.')}. {PageTroubles.LogHasMore}";
        }
        IsBusy = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ending.Cancel();
        ending.Dispose();
        leave?.Invoke();
        Troubles.Tell(this, null);
        GC.SuppressFinalize(this);
    }

    void Tell(string? trouble)
    {
        Troubles.Tell(this, trouble);
        StateHasChanged();
    }

    async Task FollowAsync<T>(IAsyncEnumerable<T> stream, Func<T, Task> take)
    {
        await using var values = stream.GetAsyncEnumerator();
        var next = values.MoveNextAsync().AsTask();
        while (await next)
        {
            var value = values.Current;
            next = values.MoveNextAsync().AsTask();
            while (!await TryAsync(() => take(value)) && !next.IsCompleted)
                await Task.WhenAny(next, Task.Delay(BetweenTries, Time, Ended));
        }
    }
}
