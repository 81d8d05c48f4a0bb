using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Fragments;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Provider.Transfer;

/// <summary>
/// POST fragments: stores each; one that is refused does not keep the others from being stored. The answer comes when all are on the disk.
/// </summary>
sealed class FragmentUploads(FragmentStore fragments, NodeMetrics metrics)
{
    const int SkipBytes = 16 * 1024;

    /// <summary>
    /// Of the body this much is taken from the connection at a time, unless a fragment asks for more: many small ones come in one piece, and little of
    /// a large one is copied twice.
    /// </summary>
    const int PieceBytes = 16 * 1024;

    public async Task<IResult> PostAsync(HttpContext http, CancellationToken cancellationToken)
    {
        await using var intake = fragments.OpenIntake(SessionGate.AgreementOf(http).Terms.Id);
        var taken = new List<FragmentFrame>();
        if (await TakeAllAsync(http, intake, taken, cancellationToken) is { } refusal)
            return refusal;
        var results = await intake.FinishAsync(cancellationToken);
        return Answer.Json(new FragmentResultsMessage([.. taken.Zip(results, Tell)]), TransferJson.Default.FragmentResultsMessage);
    }

    /// <summary>Null when every fragment was taken.</summary>
    static async Task<Refusal?> TakeAllAsync(HttpContext http, FragmentIntake intake, List<FragmentFrame> taken, CancellationToken cancellationToken)
    {
        await using var body = new BufferedStream(http.Request.Body, PieceBytes);
        var frames = new FragmentFrameReader(body);
        var scratch = new byte[SkipBytes];
        await using var content = new FrameContent(frames);
        while (true)
        {
            var (status, frame) = await frames.ReadHeaderAsync(cancellationToken);
            switch (status)
            {
                case FrameStatus.End:
                    return null;
                case FrameStatus.Frame:
                    taken.Add(frame);
                    await intake.TakeAsync(frame.Root, frame.Length, content, cancellationToken);
                    // A store that refuses early leaves bytes unread; where the body ended, there is nothing to pass over.
                    if (!await frames.SkipAsync(scratch, cancellationToken))
                        return Truncated;
                    break;
                case FrameStatus.TooMany:
                    return new Refusal(RefusalCode.TooLarge, $"A request carries at most {TransferLimits.MaxFragmentsPerRequest} fragments.");
                case FrameStatus.BadLength:
                    return Refusal.BadRequest("A fragment's length is a positive multiple of 1,024 and at most 64 MiB.");
                default:
                    return Truncated;
            }
        }
    }

    static Refusal Truncated => Refusal.BadRequest("The body ends inside a fragment.");

    FragmentResult Tell(FragmentFrame frame, FragmentWriteResult result)
    {
        if (result == FragmentWriteResult.Stored)
            metrics.FragmentStored(frame.Length);
        return new FragmentResult(frame.Root, WordFor(result));
    }

    static string WordFor(FragmentWriteResult result) => result switch
    {
        FragmentWriteResult.Stored or FragmentWriteResult.AlreadyStored => RefusalCodes.Stored,
        FragmentWriteResult.RootMismatch => RefusalCode.RootMismatch.ToText(),
        FragmentWriteResult.LengthMismatch => RefusalCode.BadRequest.ToText(),
        FragmentWriteResult.TooLarge => RefusalCode.TooLarge.ToText(),
        FragmentWriteResult.OutOfSpace => RefusalCode.OutOfSpace.ToText(),
        FragmentWriteResult.QuotaExceeded => RefusalCode.QuotaExceeded.ToText(),
        FragmentWriteResult.UnknownAgreement => RefusalCode.UnknownAgreement.ToText(),
        FragmentWriteResult.AgreementClosed => RefusalCode.AgreementNotActive.ToText(),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "The store gave a result that the protocol has no word for."),
    };

    /// <summary>The current frame's bytes as a stream that ends with the frame.</summary>
    sealed class FrameContent(FragmentFrameReader frames) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Math.Max(0, await frames.ReadAsync(buffer, cancellationToken));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
