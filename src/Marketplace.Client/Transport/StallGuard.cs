namespace Marketplace.Client.Transport;

/// <summary>Cancels a request in which nothing has moved for a while, however long the whole of it takes.</summary>
sealed class StallGuard : IDisposable
{
    readonly CancellationTokenSource stalled;
    readonly CancellationTokenSource linked;
    readonly TimeSpan patience;

    public StallGuard(TimeSpan patience, TimeProvider time, CancellationToken caller)
    {
        this.patience = patience;
        stalled = new CancellationTokenSource(patience, time);
        linked = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, caller);
    }

    /// <summary>Cancelled by the caller or by a stall.</summary>
    public CancellationToken Token => linked.Token;

    /// <summary>Whether it was a stall.</summary>
    public bool HasStalled => stalled.IsCancellationRequested;

    /// <summary>Something moved: the wait begins anew.</summary>
    public void Moved() => stalled.CancelAfter(patience);

    public void Dispose()
    {
        linked.Dispose();
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
