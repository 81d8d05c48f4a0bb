namespace Marketplace.Client.Recovery;

/// <summary>Ends with a fault instead of unpacking without bound.</summary>
sealed class BoundedStream(Stream inner, long limit) : Stream
{
    long left = limit;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        left -= read;
        return left >= 0 ? read : throw new InvalidDataException("The snapshot is larger than any that this program writes.");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
