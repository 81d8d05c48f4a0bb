using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Marketplace.Core.Cryptography.Keystreams;

/// <summary>
/// Counters written out and encrypted by the platform, which has no counter mode of its own: for every processor.
/// </summary>
internal sealed class PlatformKeystream : CounterKeystream
{
    const int Batch = 4096;

    readonly ICryptoTransform cipher;
    readonly byte[] counters = new byte[Batch];
    readonly byte[] keystream = new byte[Batch];

    /// <param name="key">32 bytes, copied.</param>
    public PlatformKeystream(ReadOnlySpan<byte> key)
    {
        RequireKey(key);
        using var aes = Aes.Create();
        aes.SetKey(key);
        (aes.Mode, aes.Padding) = (CipherMode.ECB, PaddingMode.None);
        // Kept: EncryptEcb would make one for each call.
        cipher = aes.CreateEncryptor();
    }

    public override void Apply(Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var skip = (int)(offset % BlockSize);
            var length = Math.Min(Batch - skip, bytes.Length);
            var blocks = (skip + length + BlockSize - 1) / BlockSize;
            for (var i = 0; i < blocks; i++)
                BinaryPrimitives.WriteInt64BigEndian(counters.AsSpan(i * BlockSize + sizeof(long)), offset / BlockSize + i);
            cipher.TransformBlock(counters, 0, blocks * BlockSize, keystream, 0);
            Add(keystream.AsSpan(skip, length), bytes);
            bytes = bytes[length..];
            offset += length;
        }
    }

    static void Add(ReadOnlySpan<byte> keystream, Span<byte> bytes)
    {
        var done = 0;
        for (; done + Vector<byte>.Count <= keystream.Length; done += Vector<byte>.Count)
            (new Vector<byte>(keystream[done..]) ^ new Vector<byte>(bytes[done..])).CopyTo(bytes[done..]);
        for (; done < keystream.Length; done++)
            bytes[done] ^= keystream[done];
    }

    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(keystream);
        cipher.Dispose();
    }
}
