using Marketplace.Application.Live;
using Marketplace.Client.Catalog;
using Marketplace.Client.Recovery;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Vaults;

/// <summary>How far looking for a vault's files is.</summary>
public abstract record RecoveryState
{
    RecoveryState()
    {
    }

    /// <summary>Nobody looks, and nobody has to be told how it ended.</summary>
    public sealed record Idle : RecoveryState;

    /// <summary>The chain and the providers are being asked.</summary>
    public sealed record Looking : RecoveryState;

    /// <summary>It came to its end.</summary>
    /// <param name="Result">Which one.</param>
    public sealed record Ended(RecoveryResult Result) : RecoveryState;

    /// <summary>It broke off; nothing was changed.</summary>
    /// <param name="Reason">Sentences for people.</param>
    public sealed record Failed(string Reason) : RecoveryState;
}

/// <summary>Looks for an open vault's files, for all pages at once: it goes on when the page that asked for it is closed, and ends with the vault's locking.</summary>
public sealed class VaultRecovery
{
    readonly OpenVault vault;
    readonly CancellationToken closing;
    readonly Lock gate = new();
    CancellationTokenSource? stop;

    internal VaultRecovery(OpenVault vault, CancellationToken closing) => (this.vault, this.closing) = (vault, closing);

    /// <summary>Heard by whoever wants to know.</summary>
    public Broadcast<RecoveryState> States { get; } = new();

    /// <summary>How far it is.</summary>
    public RecoveryState State => States.Latest ?? new RecoveryState.Idle();

    /// <summary>Begins to look, unless that is being done already.</summary>
    /// <param name="options">What it may do beyond what is safe by itself.</param>
    public void Start(RecoveryOptions options)
    {
        CancellationTokenSource mine;
        lock (gate)
        {
            if (stop is not null || closing.IsCancellationRequested)
                return;
            stop = mine = CancellationTokenSource.CreateLinkedTokenSource(closing);
            States.Publish(new RecoveryState.Looking());
        }
        _ = Task.Run(() => RunAsync(options, mine), CancellationToken.None);
    }

    /// <summary>Gives it up; what was found until then is not used.</summary>
    public void Stop()
    {
        lock (gate)
            stop?.Cancel();
    }

    /// <summary>How it ended has been read.</summary>
    public void Dismiss()
    {
        lock (gate)
        {
            if (stop is null)
                States.Publish(new RecoveryState.Idle());
        }
    }

    async Task RunAsync(RecoveryOptions options, CancellationTokenSource mine)
    {
        var state = await LookAsync(options, mine.Token);
        lock (gate)
        {
            stop = null;
            States.Publish(state);
        }
        mine.Dispose();
    }

    async Task<RecoveryState> LookAsync(RecoveryOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return new RecoveryState.Ended(await vault.ChangeAsync(() => vault.Cases.Send(new RecoverFiles(options), cancellationToken), cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The vault's token tells those who wait for a turn before it reaches the one that is linked to it.
            var isGivenUp = cancellationToken.IsCancellationRequested || closing.IsCancellationRequested;
            return isGivenUp ? new RecoveryState.Idle() : new RecoveryState.Failed("Somebody took too long to answer. Try again.");
        }
        catch (EthereumRpcException)
        {
            return new RecoveryState.Failed("The chain does not answer now, and it is what says who keeps something for you. Try again.");
        }
        catch (CatalogUnusableException unusable)
        {
            return new RecoveryState.Failed(unusable.Message);
        }
        // Nobody awaits this: whatever it was has to be said, or the pages would say for ever that somebody looks.
        catch (Exception fault)
        {
            return new RecoveryState.Failed($"Something unexpected came between: {fault.Message}");
        }
    }
}
