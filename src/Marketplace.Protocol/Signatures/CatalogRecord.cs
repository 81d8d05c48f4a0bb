using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Signatures;

/// <summary>
/// The small record that a consumer leaves with each provider, pointing to its newest catalog (docs/protocol.md, section 7). The higher
/// sequence
/// replaces the lower. As bytes: <c>u64 sequence || signature[65] || payload</c>.
/// </summary>
public sealed class CatalogRecord
{
    /// <summary>The most that a payload may measure.</summary>
    public const int MaxPayload = 64 << 10;

    /// <summary>The most that a record may measure as bytes.</summary>
    public const int MaxSize = Header + MaxPayload;

    const int Header = sizeof(ulong) + Signature.Size;

    static readonly Hash256 Type = Keccak256.Hash("CatalogRecord(uint256 agreementId,uint64 sequence,bytes32 payloadHash)");

    readonly byte[] payload;

    CatalogRecord(ulong sequence, Signature signature, byte[] payload) =>
        (Sequence, Signature, this.payload) = (sequence, signature, payload);

    /// <summary>Counts up with each change of the catalog.</summary>
    public ulong Sequence { get; }

    /// <summary>The data key's.</summary>
    public Signature Signature { get; }

    /// <summary>Encrypted by the consumer; means nothing to the provider. At most <see cref="MaxPayload"/> bytes.</summary>
    public ReadOnlyMemory<byte> Payload => payload;

    /// <summary>Signs a payload for one agreement.</summary>
    /// <exception cref="ArgumentException">The payload is too large.</exception>
    public static CatalogRecord Sign(
        MarketDomain domain, AgreementId agreement, ulong sequence, ReadOnlySpan<byte> payload, PrivateKey dataKey)
    {
        if (payload.Length > MaxPayload)
            throw new ArgumentException($"A catalog record holds at most {MaxPayload} bytes, not {payload.Length}.", nameof(payload));
        return new CatalogRecord(sequence, dataKey.Sign(Digest(domain, agreement, sequence, payload)), payload.ToArray());
    }

    /// <summary>Reads the bytes of a record; false when they are too few or too many, or the signature is not canonical.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CatalogRecord? record)
    {
        record = null;
        if (bytes.Length is < Header or > MaxSize || !Signature.TryRead(bytes[sizeof(ulong)..Header], out var signature))
            return false;
        record = new CatalogRecord(BinaryPrimitives.ReadUInt64BigEndian(bytes), signature, bytes[Header..].ToArray());
        return true;
    }

    /// <summary>Whether <paramref name="dataKey"/> signed this record for that agreement.</summary>
    public bool IsSignedBy(MarketDomain domain, AgreementId agreement, Address dataKey) =>
        Signature.IsBy(dataKey, Digest(domain, agreement, Sequence, payload));

    /// <summary>The record's bytes, in a new array.</summary>
    public byte[] ToArray() => Join(Sequence, Signature.ToArray(), payload);

    /// <summary>The bytes of a record from its parts, which are not checked: for whoever keeps records apart from their bytes.</summary>
    /// <param name="sequence">The record's sequence number.</param>
    /// <param name="signature">65 bytes.</param>
    /// <param name="payload">At most <see cref="MaxPayload"/> bytes.</param>
    public static byte[] Join(ulong sequence, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[Header + payload.Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, sequence);
        signature.CopyTo(bytes.AsSpan(sizeof(ulong)));
        payload.CopyTo(bytes.AsSpan(Header));
        return bytes;
    }

    static Hash256 Digest(MarketDomain domain, AgreementId agreement, ulong sequence, ReadOnlySpan<byte> payload)
    {
        Span<byte> payloadHash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, payloadHash);
        var hash = new StructHash(stackalloc byte[4 * Hash256.Size], Type);
        hash.Add(agreement);
        hash.Add(sequence);
        hash.Add(new Hash256(payloadHash));
        return domain.Digest(hash.Hash());
    }
}
