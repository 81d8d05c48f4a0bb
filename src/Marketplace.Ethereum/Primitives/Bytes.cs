using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Ethereum.Primitives;

/// <summary>An immutable byte string that is compared by its contents; Solidity's <c>bytes</c> and <c>bytesN</c>.</summary>
public readonly struct Bytes : IEquatable<Bytes>
{
    readonly byte[]? content;

    /// <param name="content">Copied.</param>
    public Bytes(ReadOnlySpan<byte> content) => this.content = content.ToArray();

    Bytes(byte[] owned) => content = owned;

    /// <summary>No bytes; the default.</summary>
    public static Bytes Empty => default;

    /// <summary>The number of bytes.</summary>
    public int Length => content?.Length ?? 0;

    /// <summary>A view of the bytes.</summary>
    public ReadOnlySpan<byte> Span => content;

    /// <summary>A view of the bytes.</summary>
    public ReadOnlyMemory<byte> Memory => content;

    /// <summary>Wraps an array without copying it; nobody may change it any more.</summary>
    public static Bytes Own(byte[] content) => new(owned: content);

    /// <summary>Copies the array.</summary>
    public static implicit operator Bytes(byte[] content) => new((ReadOnlySpan<byte>)content);

    /// <summary>A view of the bytes.</summary>
    public static implicit operator ReadOnlyMemory<byte>(Bytes bytes) => bytes.Memory;

    public static bool operator ==(Bytes left, Bytes right) => left.Equals(right);

    public static bool operator !=(Bytes left, Bytes right) => !left.Equals(right);

    /// <summary>A new array.</summary>
    public byte[] ToArray() => Span.ToArray();

    /// <inheritdoc/>
    public bool Equals(Bytes other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Bytes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary><c>0x</c> and lower-case hex digits.</summary>
    public override string ToString() => "0x" + Convert.ToHexStringLower(Span);
}
