using System.Buffers.Binary;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Transfer;

/// <summary>What stands before a fragment's bytes in an upload: <c>root[32] || u32 length</c>.</summary>
/// <param name="Root">The announced root.</param>
/// <param name="Length">Bytes that follow; a positive multiple of 1,024, at most 64 MiB.</param>
public readonly record struct FragmentFrame(Hash256 Root, int Length)
{
    /// <summary>The length of the header in bytes.</summary>
    public const int HeaderSize = Hash256.Size + sizeof(uint);

    /// <summary>Whether a fragment may have that many bytes.</summary>
    public static bool IsLength(long length) =>
        length is > 0 and <= TransferLimits.MaxFragmentSize && length % TransferLimits.LeafSize == 0;

    /// <param name="destination">At least <see cref="HeaderSize"/> bytes.</param>
    public void WriteHeader(Span<byte> destination)
    {
        Root.CopyTo(destination);
        BinaryPrimitives.WriteUInt32BigEndian(destination[Hash256.Size..], (uint)Length);
    }
}

/// <summary>How reading the next frame's header ended.</summary>
public enum FrameStatus
{
    /// <summary>There is a frame; its bytes come next.</summary>
    Frame,

    /// <summary>The body ended after a whole frame.</summary>
    End,

    /// <summary>The body ended inside a frame.</summary>
    Truncated,

    /// <summary>The announced length is 0, too large or no multiple of a leaf.</summary>
    BadLength,

    /// <summary>More frames than one request may carry.</summary>
    TooMany,
}

/// <summary>
/// Reads the frames of an upload in order, whatever pieces the bytes arrive in. Nothing is allocated for a frame: its bytes go to the
/// caller's buffer.
/// </summary>
/// <param name="body">Read from its present position; not disposed.</param>
public sealed class FragmentFrameReader(Stream body)
{
    readonly byte[] header = new byte[FragmentFrame.HeaderSize];
    int frames, remaining;

    /// <summary>Bytes of the current frame that were not read yet.</summary>
    public int Remaining => remaining;

    /// <summary>Reads the next header; the current frame's bytes must have been read.</summary>
    /// <exception cref="InvalidOperationException">Bytes of the current frame are left.</exception>
    public async ValueTask<(FrameStatus Status, FragmentFrame Frame)> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        if (remaining != 0)
            throw new InvalidOperationException("The current frame's bytes have not been read.");
        var read = await body.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
            return (FrameStatus.End, default);
        if (read < header.Length)
            return (FrameStatus.Truncated, default);
        if (frames == TransferLimits.MaxFragmentsPerRequest)
            return (FrameStatus.TooMany, default);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(Hash256.Size));
        if (!FragmentFrame.IsLength(length))
            return (FrameStatus.BadLength, default);
        frames++;
        remaining = (int)length;
        return (FrameStatus.Frame, new FragmentFrame(new Hash256(header.AsSpan(0, Hash256.Size)), remaining));
    }

    /// <summary>Reads the next bytes of the current frame as they arrive. 0 when the frame is over, -1 when the body ended inside
    /// it.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (remaining == 0 || buffer.IsEmpty)
            return 0;
        var read = await body.ReadAsync(buffer[..Math.Min(buffer.Length, remaining)], cancellationToken);
        if (read == 0)
            return -1;
        remaining -= read;
        return read;
    }

    /// <summary>Passes over what is left of the current frame, so that the next can be read. False when the body ended inside it.</summary>
    public async ValueTask<bool> SkipAsync(Memory<byte> scratch, CancellationToken cancellationToken)
    {
        while (remaining > 0)
            if (await ReadAsync(scratch, cancellationToken) < 0)
                return false;
        return true;
    }
}

/// <summary>Writes the frames of an upload.</summary>
public static class FragmentFrameWriter
{
    /// <summary>The bytes that a body with these fragments has.</summary>
    public static long LengthOf(IEnumerable<int> fragmentLengths) => fragmentLengths.Sum(length => (long)FragmentFrame.HeaderSize + length);

    /// <summary>Writes one frame.</summary>
    /// <exception cref="ArgumentException">A fragment cannot have that many bytes.</exception>
    public static async ValueTask WriteAsync(Stream body, Hash256 root, ReadOnlyMemory<byte> fragment, CancellationToken cancellationToken)
    {
        if (!FragmentFrame.IsLength(fragment.Length))
            throw new ArgumentException($"A fragment cannot have {fragment.Length} bytes.", nameof(fragment));
        var header = new byte[FragmentFrame.HeaderSize];
        new FragmentFrame(root, fragment.Length).WriteHeader(header);
        await body.WriteAsync(header, cancellationToken);
        await body.WriteAsync(fragment, cancellationToken);
    }
}
