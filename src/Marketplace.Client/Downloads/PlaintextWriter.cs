using System.Buffers;
using Marketplace.Client.Content;
using Marketplace.Core.Content;

namespace Marketplace.Client.Downloads;

/// <summary>
/// Writes the wanted part of decrypted blocks, many to a call; while one run of blocks is written, the next is decrypted.
/// </summary>
sealed class PlaintextWriter : IAsyncDisposable
{
    /// <summary>Half of a core's second-level cache: still there when the system copies it.</summary>
    const int RunBytes = 8 * ContentLayout.BlockSize;

    readonly BlockDecryptor decryptor;
    readonly Stream destination;
    readonly long offset, end;
    readonly Action<long> written;
    byte[] filling = ArrayPool<byte>.Shared.Rent(RunBytes), writing = ArrayPool<byte>.Shared.Rent(RunBytes);
    int held;
    Task<int> last = Task.FromResult(0);

    /// <param name="codec">The object's.</param>
    /// <param name="firstBlock">Where the ciphertext begins.</param>
    /// <param name="offset">The first wanted byte of the content.</param>
    /// <param name="end">The one behind the last.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="written">Hears of bytes that were written.</param>
    public PlaintextWriter(ObjectCodec codec, long firstBlock, long offset, long end, Stream destination, Action<long> written)
    {
        decryptor = new BlockDecryptor(codec, firstBlock);
        (this.offset, this.end, this.destination, this.written) = (offset, end, destination, written);
    }

    /// <summary>Takes the next ciphertext. False when a block is not the one that was encrypted here.</summary>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    public async ValueTask<bool> TryTakeAsync(ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken)
    {
        while (!ciphertext.IsEmpty)
        {
            if (held > RunBytes - ContentLayout.BlockSize)
                await SwapAsync(cancellationToken);
            var position = decryptor.Position;
            if (!decryptor.TryTake(ref ciphertext, filling.AsMemory(held, ContentLayout.BlockSize), out var length))
                return false;
            Keep(position, length);
        }
        return true;
    }

    /// <summary>Writes what is left.</summary>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        await SwapAsync(cancellationToken);
        Tell(await last);
    }

    /// <summary>Waits for what is being written, whatever becomes of it.</summary>
    public async ValueTask DisposeAsync()
    {
        await ((Task)last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        decryptor.Dispose();
        ArrayPool<byte>.Shared.Return(filling, clearArray: true);
        ArrayPool<byte>.Shared.Return(writing, clearArray: true);
    }

    /// <summary>Keeps the wanted part of the block that was just decrypted behind what is held.</summary>
    void Keep(long position, int length)
    {
        var from = (int)Math.Clamp(offset - position, 0, length);
        var to = (int)Math.Clamp(end - position, from, length);
        if (from > 0)
            filling.AsSpan(held + from, to - from).CopyTo(filling.AsSpan(held));
        held += to - from;
    }

    async ValueTask SwapAsync(CancellationToken cancellationToken)
    {
        Tell(await last);
        (filling, writing) = (writing, filling);
        last = WriteAsync(writing.AsMemory(0, held), cancellationToken);
        held = 0;
    }

    async Task<int> WriteAsync(ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        if (!plain.IsEmpty)
            await destination.WriteAsync(plain, cancellationToken);
        return plain.Length;
    }

    void Tell(int bytes)
    {
        last = Task.FromResult(0);
        if (bytes > 0)
            written(bytes);
    }
}
