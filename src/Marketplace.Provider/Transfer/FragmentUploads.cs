using Marketplace.Core.Primitives;
using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Fragments;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Provider.Transfer;

/// <summary>
/// POST fragments: stores each while it arrives; one that is refused does not keep the others from being stored. While some wait for the
/// disk, the next ones are taken, so that many share one sync; the answer comes when all are on it.
/// </summary>
sealed class FragmentUploads(FragmentStore fragments, NodeMetrics metrics)
{
    const int SkipBytes = 16 * 1024;

    /// <summary>Fragments of a request that wait for the disk at a time: as many as one commit of the index takes.</summary>
    const int WaitingAtOnce = 256;

    public async Task<IResult> PostAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var results = new List<Task<FragmentResult>>();
        try
        {
            return await TakeAllAsync(http, results, cancellationToken)
                ?? Answer.Json(new FragmentResultsMessage(await Task.WhenAll(results)), TransferJson.Default.FragmentResultsMessage);
        }
        finally
        {
            // However it ends: a call that is over leaves nothing behind that still writes.
            await ((Task)Task.WhenAll(results)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Null when every fragment was taken.</summary>
    async Task<Refusal?> TakeAllAsync(HttpContext http, List<Task<FragmentResult>> results, CancellationToken cancellationToken)
    {
        var agreement = SessionGate.AgreementOf(http).Terms.Id;
        var frames = new FragmentFrameReader(http.Request.Body);
        var scratch = new byte[SkipBytes];
        while (true)
        {
            var (status, frame) = await frames.ReadHeaderAsync(cancellationToken);
            switch (status)
            {
                case FrameStatus.End:
                    return null;
                case FrameStatus.Frame:
                    results.Add(await TakeAsync(agreement, frame, frames, cancellationToken));
                    // A store that refuses early leaves bytes unread; where the body ended, there is nothing to pass over.
                    if (!await frames.SkipAsync(scratch, cancellationToken))
                        return Truncated;
                    if (results.Count >= WaitingAtOnce)
                        await results[^WaitingAtOnce];
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

    async Task<Task<FragmentResult>> TakeAsync(
        AgreementId agreement, FragmentFrame frame, FragmentFrameReader frames, CancellationToken cancellationToken)
    {
        await using var content = new FrameContent(frames);
        return TellAsync(frame, await fragments.TakeAsync(agreement, frame.Root, frame.Length, content, cancellationToken));
    }

    async Task<FragmentResult> TellAsync(FragmentFrame frame, Task<FragmentWriteResult> storing)
    {
        var result = await storing;
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
