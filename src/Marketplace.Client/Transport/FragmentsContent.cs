using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Transport;

/// <summary>The frames of an upload, written in pieces so that a stall shows.</summary>
sealed class FragmentsContent : HttpContent
{
    const int Piece = 256 << 10, Gathered = 64 << 10;

    readonly IReadOnlyList<OutgoingFragment> fragments;
    readonly StallGuard guard;

    public FragmentsContent(IReadOnlyList<OutgoingFragment> fragments, StallGuard guard)
    {
        (this.fragments, this.guard) = (fragments, guard);
        Headers.ContentType = new MediaTypeHeaderValue(TransferRoutes.Binary);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <remarks>
    /// Small fragments are gathered: written one by one, each few of them would be encrypted, sent and received as a piece of their own.
    /// </remarks>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var gathered = ArrayPool<byte>.Shared.Rent(Gathered);
        try
        {
            var end = 0;
            foreach (var fragment in fragments)
            {
                var isSmall = FragmentFrame.HeaderSize + fragment.Bytes.Length <= Gathered;
                if (end + FragmentFrame.HeaderSize + (isSmall ? fragment.Bytes.Length : 0) > Gathered)
                    end = await FlushAsync(stream, gathered.AsMemory(0, end), cancellationToken);
                new FragmentFrame(fragment.Root, fragment.Bytes.Length).WriteHeader(gathered.AsSpan(end));
                end += FragmentFrame.HeaderSize;
                if (isSmall)
                {
                    fragment.Bytes.CopyTo(gathered.AsMemory(end));
                    end += fragment.Bytes.Length;
                    continue;
                }
                end = await FlushAsync(stream, gathered.AsMemory(0, end), cancellationToken);
                for (var rest = fragment.Bytes; !rest.IsEmpty; rest = rest[Math.Min(Piece, rest.Length)..])
                    await FlushAsync(stream, rest[..Math.Min(Piece, rest.Length)], cancellationToken);
            }
            await FlushAsync(stream, gathered.AsMemory(0, end), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(gathered);
        }
    }

    /// <returns>Zero: what was gathered begins anew.</returns>
    async ValueTask<int> FlushAsync(Stream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.IsEmpty)
            return 0;
        await stream.WriteAsync(bytes, cancellationToken);
        guard.Moved();
        return 0;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = FragmentFrameWriter.LengthOf(fragments.Select(fragment => fragment.Bytes.Length));
        return true;
    }
}
