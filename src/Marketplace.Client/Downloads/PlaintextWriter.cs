using System.Buffers;
using Marketplace.Client.Content;
using Marketplace.Core.Content;

namespace Marketplace.Client.Downloads;

/// <summary>Decrypts blocks and writes what is wanted of them, many to a call.</summary>
sealed class PlaintextWriter : IDisposable
{
    /// <summary>Half of a core's second-level cache: still there when the system copies it.</summary>
    const int RunBytes = 8 * ContentLayout.BlockSize;

    readonly BlockDecryptor decryptor;
    readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write;
    readonly long offset, end;
    readonly Action<long> written;
    readonly byte[] run = ArrayPool<byte>.Shared.Rent(RunBytes);
    int held;

    /// <param name="codec">The object's.</param>
    /// <param name="firstBlock">Where the ciphertext begins.</param>
    /// <param name="offset">The first wanted byte of the content.</param>
    /// <param name="end">The one behind the last.</param>
    /// <param name="write">Takes the bytes, which are its own until it ends.</param>
    /// <param name="written">Hears of bytes that were written.</param>
    public PlaintextWriter(
        ObjectCodec codec, long firstBlock, long offset, long end, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, Action<long> written)
    {
        decryptor = new BlockDecryptor(codec, firstBlock);
        (this.offset, this.end, this.write, this.written) = (offset, end, write, written);
    }

    /// <summary>Takes the next ciphertext. False when a block is not the one that was encrypted here.</summary>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    public async ValueTask<bool> TryTakeAsync(ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken)
    {
        while (!ciphertext.IsEmpty)
        {
            if (held > RunBytes - ContentLayout.BlockSize)
                await FinishAsync(cancellationToken);
            var position = decryptor.Position;
            if (!decryptor.TryTake(ref ciphertext, run.AsMemory(held, ContentLayout.BlockSize), out var length))
                return false;
            Keep(position, length);
        }
        return true;
    }

    /// <summary>Writes what is left.</summary>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        if (held == 0)
            return;
        await write(run.AsMemory(0, held), cancellationToken);
        written(held);
        held = 0;
    }

    public void Dispose()
    {
        decryptor.Dispose();
        ArrayPool<byte>.Shared.Return(run, clearArray: true);
    }

    /// <summary>Keeps the wanted part of the block that was just decrypted behind what is held.</summary>
    void Keep(long position, int length)
    {
        var from = (int)Math.Clamp(offset - position, 0, length);
        var to = (int)Math.Clamp(end - position, from, length);
        if (from > 0)
            run.AsSpan(held + from, to - from).CopyTo(run.AsSpan(held));
        held += to - from;
    }
}
