namespace Marketplace.Client.Uploads;

/// <summary>Content that is uploaded. Read at any position, more than once, by several tasks.</summary>
public interface IUploadSource : IDisposable
{
    /// <summary>Bytes of the content, as they were when it was opened.</summary>
    long Length { get; }

    /// <summary>Fills the buffer from that position; fewer bytes only where the content now ends.</summary>
    /// <exception cref="IOException">The content cannot be read.</exception>
    ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Says what will be read soon, so that a slow disk can begin; may do nothing.</summary>
    void ReadAhead(long position, long length)
    {
    }

    /// <summary>What has happened to the content since it was opened, for people; null when nothing has.</summary>
    string? FindChange();
}

/// <summary>Content in memory.</summary>
/// <param name="content">Must stay unchanged.</param>
public sealed class MemoryUploadSource(ReadOnlyMemory<byte> content) : IUploadSource
{
    /// <inheritdoc/>
    public long Length => content.Length;

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = (int)Math.Min(buffer.Length, Math.Max(0, content.Length - position));
        if (count > 0)
            content.Slice((int)position, count).CopyTo(buffer);
        return new(count);
    }

    /// <inheritdoc/>
    public string? FindChange() => null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
