using System.Security.Cryptography;
using Marketplace.Application.Agreements;
using Marketplace.Cli.Commands;
using Marketplace.Client;
using Marketplace.Client.Keys;
using MediatR;

namespace Marketplace.Cli.Home;

/// <summary>An open vault with its catalog on its market, for the time of one command. Disposing erases the keys.</summary>
internal sealed class VaultSession : IDisposable
{
    readonly VaultKeys keys;
    readonly IDisposable? writerLock;

    VaultSession(ConsumerSession consumer, VaultKeys keys, MarketplaceClient client, IDisposable? writerLock)
    {
        (Consumer, this.keys, Client, this.writerLock) = (consumer, keys, client, writerLock);
        var (rentals, proofs) = client is { Rentals: { } found, Proofs: { } watch } ? (found, watch) : throw new InvalidOperationException("The client has no contracts.");
        UseCases = Application.Pipeline.UseCases.Over(client, consumer.Market, rentals.Quotes, proofs, new ConsumerAgreements(consumer.Market));
    }

    public ConsumerSession Consumer { get; }

    public MarketplaceClient Client { get; }

    /// <summary>The use cases that read; those that spend need a wallet, too.</summary>
    public IMediator UseCases { get; }

    /// <summary>Opens the vault to read from it; any number of commands may do so at once.</summary>
    public static Task<VaultSession> OpenAsync(CommandContext context, CancellationToken cancellationToken, MarketplaceClientOptions? options = null) =>
        OpenAsync(context, options ?? new MarketplaceClientOptions(), forWriting: false, cancellationToken);

    /// <summary>Opens the vault to change what is in it; one command at a time.</summary>
    /// <exception cref="Terminal.CommandRefusal">busy: another command changes it now.</exception>
    public static Task<VaultSession> OpenForWritingAsync(CommandContext context, CancellationToken cancellationToken, MarketplaceClientOptions? options = null) =>
        OpenAsync(context, options ?? new MarketplaceClientOptions(), forWriting: true, cancellationToken);

    static async Task<VaultSession> OpenAsync(CommandContext context, MarketplaceClientOptions options, bool forWriting, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Deriving the key takes one core as long as all the rest takes another.
        var unlocking = OpenKeysAsync(context);
        var connecting = ConsumerSession.OpenAsync(context, giveUp.Token);
        IDisposable? writerLock = null;
        try
        {
            writerLock = forWriting ? new ConsumerHome(context.Home).Lock("vault") : null;
            var keys = await unlocking;
            var consumer = await connecting;
            var client = MarketplaceClient.Open(consumer.Market, keys, consumer.Home.CatalogFile, options, context.Time);
            return new VaultSession(consumer, keys, client, writerLock);
        }
        catch
        {
            await giveUp.CancelAsync();
            await DisposeAsync(connecting);
            writerLock?.Dispose();
            await DisposeAsync(unlocking);
            throw;
        }
    }

    /// <summary>Disposes what comes of a task, if anything does.</summary>
    static async Task DisposeAsync<T>(Task<T> task) where T : IDisposable
    {
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsCompletedSuccessfully)
            (await task).Dispose();
    }

    public void Dispose()
    {
        Client.Dispose();
        Consumer.Dispose();
        keys.Dispose();
        writerLock?.Dispose();
    }

    static async Task<VaultKeys> OpenKeysAsync(CommandContext context)
    {
        var vaultKey = await VaultAccess.OpenAsync(context);
        try
        {
            return new VaultKeys(vaultKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(vaultKey);
        }
    }
}
