namespace Marketplace.Client.Transport;

/// <summary>Cancels a request in which nothing has moved for a while, and one that trickles on for longer than it may take in all.</summary>
sealed class StallGuard : IDisposable
{
    readonly CancellationTokenSource stalled;
    readonly CancellationTokenSource overdue;
    readonly CancellationTokenSource linked;
    readonly TimeSpan patience;

    /// <param name="patience">How long nothing may move.</param>
    /// <param name="whole">How long the whole request may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">Ends the request, too.</param>
    public StallGuard(TimeSpan patience, TimeSpan whole, TimeProvider time, CancellationToken caller)
    {
        this.patience = patience;
        stalled = new CancellationTokenSource(patience, time);
        overdue = new CancellationTokenSource(whole, time);
        linked = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, overdue.Token, caller);
    }

    /// <summary>Cancelled by the caller or by a stall.</summary>
    public CancellationToken Token => linked.Token;

    /// <summary>Whether nothing moved for too long.</summary>
    public bool HasStalled => stalled.IsCancellationRequested;

    /// <summary>Whether the whole took too long.</summary>
    public bool IsOverdue => overdue.IsCancellationRequested;

    /// <summary>Something moved: the wait begins anew.</summary>
    public void Moved() => stalled.CancelAfter(patience);

    public void Dispose()
    {
        linked.Dispose();
        overdue.Dispose();
        stalled.Dispose();
    }
}

/// <summary>Tells the guard of every read that brought something.</summary>
sealed class GuardedStream(Stream inner, StallGuard guard) : Stream
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

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        guard.Moved();
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
