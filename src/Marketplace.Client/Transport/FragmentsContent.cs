using System.Net;
using System.Net.Http.Headers;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Transport;

/// <summary>The frames of an upload, written in pieces so that a stall shows.</summary>
sealed class FragmentsContent : HttpContent
{
    const int Piece = 256 << 10;

    readonly IReadOnlyList<OutgoingFragment> fragments;
    readonly StallGuard guard;

    public FragmentsContent(IReadOnlyList<OutgoingFragment> fragments, StallGuard guard)
    {
        (this.fragments, this.guard) = (fragments, guard);
        Headers.ContentType = new MediaTypeHeaderValue(TransferRoutes.Binary);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var header = new byte[FragmentFrame.HeaderSize];
        foreach (var fragment in fragments)
        {
            new FragmentFrame(fragment.Root, fragment.Bytes.Length).WriteHeader(header);
            await stream.WriteAsync(header, cancellationToken);
            for (var rest = fragment.Bytes; !rest.IsEmpty; rest = rest[Math.Min(Piece, rest.Length)..])
            {
                await stream.WriteAsync(rest[..Math.Min(Piece, rest.Length)], cancellationToken);
                guard.Moved();
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = FragmentFrameWriter.LengthOf(fragments.Select(fragment => fragment.Bytes.Length));
        return true;
    }
}
