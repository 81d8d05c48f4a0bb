using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Rlp;

/// <summary>Writes Recursive Length Prefix items (Ethereum Yellow Paper, appendix B), one after another.</summary>
/// <example><c>writer.BeginList(); writer.Write("cat"); writer.EndList();</c></example>
public sealed class RlpWriter
{
    const int ShortLimit = 55;
    const int StringBase = 0x80;
    const int ListBase = 0xC0;

    readonly Stack<int> openLists = new();
    byte[] buffer = new byte[256];
    int length;

    /// <summary>A byte string.</summary>
    public RlpWriter Write(ReadOnlySpan<byte> value)
    {
        if (value.Length != 1 || value[0] >= StringBase)
            WriteHeader(StringBase, value.Length);
        Append(value);
        return this;
    }

    /// <summary>A number as its big-endian bytes without leading zeros; zero is the empty string.</summary>
    public RlpWriter Write(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Write(bytes.TrimStart((byte)0));
    }

    /// <summary>A number as its big-endian bytes without leading zeros; zero is the empty string.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public RlpWriter Write(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value.IsZero ? Write([]) : Write(value.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <summary>The UTF-8 bytes of a text.</summary>
    public RlpWriter Write(string value) => Write(Encoding.UTF8.GetBytes(value));

    /// <summary>The 20 bytes of an address; null, the receiver of a deployment, is the empty string.</summary>
    public RlpWriter Write(Address? value) => value is { } address ? Write(address.ToArray()) : Write([]);

    /// <summary>The 32 bytes of a hash.</summary>
    public RlpWriter Write(Hash256 value) => Write(value.ToArray());

    /// <summary>Opens a list: what is written until the matching <see cref="EndList"/> is inside it.</summary>
    public RlpWriter BeginList()
    {
        openLists.Push(length);
        return this;
    }

    /// <summary>Closes the list that was opened last.</summary>
    /// <exception cref="InvalidOperationException">No list is open.</exception>
    public RlpWriter EndList()
    {
        var start = openLists.Pop();
        var size = length - start;
        Span<byte> header = stackalloc byte[1 + sizeof(int)];
        header = header[..Header(header, ListBase, size)];
        Reserve(header.Length);
        buffer.AsSpan(start, size).CopyTo(buffer.AsSpan(start + header.Length));
        header.CopyTo(buffer.AsSpan(start));
        length += header.Length;
        return this;
    }

    /// <summary>What has been written.</summary>
    /// <exception cref="InvalidOperationException">A list is still open.</exception>
    public byte[] ToArray() =>
        openLists.Count == 0 ? buffer[..length] : throw new InvalidOperationException($"{openLists.Count} lists are not closed.");

    void WriteHeader(int kind, int size)
    {
        Span<byte> header = stackalloc byte[1 + sizeof(int)];
        Append(header[..Header(header, kind, size)]);
    }

    static int Header(Span<byte> header, int kind, int size)
    {
        if (size <= ShortLimit)
        {
            header[0] = (byte)(kind + size);
            return 1;
        }
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, size);
        var significant = number.TrimStart((byte)0);
        header[0] = (byte)(kind + ShortLimit + significant.Length);
        significant.CopyTo(header[1..]);
        return 1 + significant.Length;
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    void Reserve(int more)
    {
        if (buffer.Length - length < more)
            Array.Resize(ref buffer, Math.Max(checked(length + more), buffer.Length * 2));
    }
}
