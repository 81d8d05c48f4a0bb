using System.IO.Pipelines;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Transfers;

/// <remarks>
/// An object of which providers have lost too much is stored again: it is read from those that still have it, spooled, and stored under its name like
/// any other content, with providers that answer now.
/// </remarks>
public sealed partial class TransferQueue
{
    const string LockedMessage = "The vault is locked.";

    /// <summary>Begins to store an object again.</summary>
    /// <returns>Its number, or why not.</returns>
    public (Guid? Id, string? Refusal) StoreAgain(ObjectName name)
    {
        if (door.Open is not { } vault)
            return (null, LockedMessage);
        if (vault.Find(name) is not { } stored)
            return (null, "It is not in the vault any more.");
        switch (Begin(name.Value, stored.Size, Guid.NewGuid(), stored.Version))
        {
            case TransferBeginning.Begun(var id):
                if (stored.Size > 0)
                    _ = Task.Run(() => ReadBackAsync(id, stored.Version, vault), CancellationToken.None);
                return (id, null);
            case TransferBeginning.Refused(var reason):
                return (null, reason);
            case TransferBeginning.Locked:
                return (null, LockedMessage);
            default:
                return (null, "Too many files are on their way now; try again when some of them are stored.");
        }
    }

    async Task ReadBackAsync(Guid id, VersionId version, ITransferVault vault)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(vault.Closing);
        var pipe = new Pipe();
        var reading = ReadAsync(vault, version, pipe.Writer, stop.Token);
        // Ends when the reading does, or before it where the bytes are wanted no more.
        await WriteAsync(id, 0, pipe.Reader.AsStream(), CancellationToken.None);
        await stop.CancelAsync();
        var problem = await reading;
        await pipe.Reader.CompleteAsync();
        if (Find(id) is { State.Stage: TransferStage.Receiving } entry)
            End(entry, TransferStage.Failed, problem ?? "It could not be taken over now; try again.");
    }

    /// <summary>Null, or why not all of it could be read.</summary>
    static async Task<string?> ReadAsync(ITransferVault vault, VersionId version, PipeWriter destination, CancellationToken cancellationToken)
    {
        try
        {
            return await vault.ReadAsync(version, destination.AsStream(leaveOpen: true), cancellationToken) is DownloadResult.Incomplete incomplete ? incomplete.Message : null;
        }
        catch (OperationCanceledException)
        {
            return "The vault was locked while it was read.";
        }
        catch (EthereumRpcException)
        {
            return "The chain did not answer; try again.";
        }
        catch (Exception fault)
        {
            return $"It could not be read: {fault.Message}";
        }
        finally
        {
            await destination.CompleteAsync();
        }
    }
}
