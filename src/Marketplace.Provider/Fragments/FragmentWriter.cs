using System.Buffers;
using Marketplace.Core.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Fragments;

/// <summary>Streams one fragment into its place while hashing it.</summary>
internal static class FragmentWriter
{
    const int NoSpace = 28, FileTooLarge = 27, QuotaExceeded = 122;

    /// <returns>Stored (written, not yet durable), or why not; <paramref name="content"/> is read to the fragment's end either
    /// way.</returns>
    public static async Task<FragmentWriteResult> WriteAsync(
        SafeFileHandle volume,
        VolumeSpace space,
        AgreementId agreement,
        byte[] root,
        long length,
        Stream content,
        CancellationToken cancellationToken)
    {
        var block = ArrayPool<byte>.Shared.Rent(FragmentBlocks.BlockBytes);
        var hashes = new byte[FragmentBlocks.Count(length) * FragmentBlocks.HashSize];
        var full = false;
        try
        {
            for (var i = 0; i < FragmentBlocks.Count(length); i++)
            {
                var bytes = block.AsMemory(0, FragmentBlocks.SizeOf(i, length));
                if (await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false,
                    cancellationToken).ConfigureAwait(false) < bytes.Length)
                    return FragmentWriteResult.LengthMismatch;
                FragmentBlocks.Hash(bytes.Span, FragmentBlocks.BlockDepth(length), hashes.AsSpan(i * FragmentBlocks.HashSize));
                var at = space.Offset + FragmentRecord.HeaderSize + (long)i * FragmentBlocks.BlockBytes;
                full = full || !await TryWriteAsync(volume, bytes, at, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
        if (full)
            return FragmentWriteResult.OutOfSpace;
        if (!FragmentBlocks.Root(hashes, length).AsSpan().SequenceEqual(root))
            return FragmentWriteResult.RootMismatch;
        return await TryWriteEndsAsync(volume, space, agreement, root, length, hashes, cancellationToken).ConfigureAwait(false)
            ? FragmentWriteResult.Stored
            : FragmentWriteResult.OutOfSpace;
    }

    static async Task<bool> TryWriteEndsAsync(
        SafeFileHandle volume, VolumeSpace space, AgreementId agreement, byte[] root, long length, byte[] hashes,
        CancellationToken cancellationToken)
    {
        var header = new byte[FragmentRecord.HeaderSize];
        FragmentRecord.WriteHeader(header, agreement, root, length);
        var tail = hashes.AsMemory(0, FragmentBlocks.HashBytes(length));
        return await TryWriteAsync(volume, tail, space.Offset + FragmentRecord.HeaderSize + length, cancellationToken).ConfigureAwait(false)
            && await TryWriteAsync(volume, header, space.Offset, cancellationToken).ConfigureAwait(false);
    }

    static async Task<bool> TryWriteAsync(SafeFileHandle volume, ReadOnlyMemory<byte> bytes, long at, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(volume, bytes, at, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (IOException exception) when (exception.HResult is NoSpace or FileTooLarge or QuotaExceeded)
        {
            // The blocks were reserved; a copy-on-write file system, or a quota, may refuse all the same.
            return false;
        }
    }
}
