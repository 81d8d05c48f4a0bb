using System.Buffers;
using Marketplace.Core.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Fragments;

/// <summary>Streams one fragment into its place while hashing it.</summary>
internal static class FragmentWriter
{
    const int NoSpace = 28, FileTooLarge = 27, QuotaExceeded = 122;

    /// <summary>Bytes of a fragment that are held until they are hashed and written: four blocks, in the cache for both.</summary>
    const int PieceBytes = 4 * FragmentBlocks.BlockBytes;

    /// <returns>Stored (written, not yet durable), or why not; <paramref name="content"/> is read to the fragment's end either
    /// way.</returns>
    public static async Task<FragmentWriteResult> WriteAsync(
        Volume volume,
        VolumeSpace space,
        AgreementId agreement,
        byte[] root,
        long length,
        Stream content,
        CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent((int)Math.Min(PieceBytes, length));
        var hashes = new byte[FragmentBlocks.Count(length) * FragmentBlocks.HashSize];
        var full = false;
        try
        {
            for (var at = 0L; at < length; at += PieceBytes)
            {
                var bytes = piece.AsMemory(0, (int)Math.Min(PieceBytes, length - at));
                if (await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false,
                    cancellationToken).ConfigureAwait(false) < bytes.Length)
                    return FragmentWriteResult.LengthMismatch;
                HashBlocks(bytes.Span, length, hashes.AsSpan((int)(at / FragmentBlocks.BlockBytes) * FragmentBlocks.HashSize));
                full = full || !await TryWriteInTurnAsync(volume, bytes, space.Offset + FragmentRecord.HeaderSize + at, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
        if (full)
            return FragmentWriteResult.OutOfSpace;
        if (!FragmentBlocks.Root(hashes, length).AsSpan().SequenceEqual(root))
            return FragmentWriteResult.RootMismatch;
        return TryWriteEnds(volume.Handle, space, agreement, root, length, hashes) ? FragmentWriteResult.Stored : FragmentWriteResult.OutOfSpace;
    }

    static void HashBlocks(ReadOnlySpan<byte> bytes, long length, Span<byte> hashes)
    {
        for (var at = 0; at < bytes.Length; at += FragmentBlocks.BlockBytes)
        {
            FragmentBlocks.Hash(bytes[at..Math.Min(at + FragmentBlocks.BlockBytes, bytes.Length)], FragmentBlocks.BlockDepth(length), hashes);
            hashes = hashes[FragmentBlocks.HashSize..];
        }
    }

    /// <summary>Writes bytes to a place in a volume; false if there is no room after all.</summary>
    public static async ValueTask<bool> TryWriteInTurnAsync(Volume volume, ReadOnlyMemory<byte> bytes, long at, CancellationToken cancellationToken)
    {
        await volume.Turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return TryWrite(volume.Handle, bytes.Span, at);
        }
        finally
        {
            volume.Turns.Release();
        }
    }

    static bool TryWriteEnds(SafeFileHandle volume, VolumeSpace space, AgreementId agreement, byte[] root, long length, byte[] hashes)
    {
        Span<byte> header = stackalloc byte[FragmentRecord.HeaderSize];
        FragmentRecord.WriteHeader(header, agreement, root, length);
        return TryWrite(volume, hashes.AsSpan(0, FragmentBlocks.HashBytes(length)), space.Offset + FragmentRecord.HeaderSize + length)
            && TryWrite(volume, header, space.Offset);
    }

    /// <remarks>
    /// Written at once: this goes to the system's cache, and the framework's asynchronous way is the same call by another thread, whose
    /// waking costs more than the writing.
    /// </remarks>
    static bool TryWrite(SafeFileHandle volume, ReadOnlySpan<byte> bytes, long at)
    {
        try
        {
            RandomAccess.Write(volume, bytes, at);
            return true;
        }
        catch (IOException exception) when (exception.HResult is NoSpace or FileTooLarge or QuotaExceeded)
        {
            // The blocks were reserved; a copy-on-write file system, or a quota, may refuse all the same.
            return false;
        }
    }
}
