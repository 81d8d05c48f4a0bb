using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Signatures;

/// <summary>
/// A signed <see cref="TransferSession"/> as it travels in <c>Authorization: Bearer B</c>: B is base64url without padding of
/// <c>u128 agreementId || provider[20] || u64 expiry || signature[65]</c>. Reading accepts exactly one spelling of each token.
/// </summary>
/// <param name="Session">What is granted.</param>
/// <param name="Signature">The data key's.</param>
public readonly record struct SessionToken(TransferSession Session, Signature Signature)
{
    /// <summary>The scheme in the Authorization header.</summary>
    public const string Scheme = "Bearer";

    const int ProviderAt = 16, ExpiryAt = ProviderAt + Address.Size, SignatureAt = ExpiryAt + sizeof(ulong);
    const int Size = SignatureAt + Signature.Size;
    const int EncodedLength = (Size * 4 + 2) / 3;

    /// <summary>Signs a session with the data key.</summary>
    public static SessionToken Create(MarketDomain domain, TransferSession session, PrivateKey dataKey) =>
        new(session, session.Sign(domain, dataKey));

    /// <summary>Reads the part after the scheme; false for any other length, alphabet, spare bits or signature form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SessionToken token)
    {
        token = default;
        Span<byte> bytes = stackalloc byte[Size + 3];
        if (text.Length != EncodedLength || text.ContainsAny(Whitespace)
            || Base64Url.DecodeFromChars(text, bytes, out var consumed, out var written) != OperationStatus.Done
            || consumed != text.Length || written != Size)
            return false;
        bytes = bytes[..Size];
        if (!Signature.TryRead(bytes[SignatureAt..], out var signature))
            return false;
        token = new SessionToken(
            new TransferSession(
                new AgreementId(BinaryPrimitives.ReadUInt128BigEndian(bytes)),
                new Address(bytes[ProviderAt..ExpiryAt]),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[ExpiryAt..])),
            signature);
        return text.SequenceEqual(token.Encode());
    }

    /// <summary>Reads the whole value of an Authorization header.</summary>
    public static bool TryParseHeader(string? header, out SessionToken token)
    {
        token = default;
        return header is not null
            && header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase)
            && TryParse(header.AsSpan(Scheme.Length + 1), out token);
    }

    /// <summary>Whether <paramref name="dataKey"/> granted this to <paramref name="provider"/>, and it is current.</summary>
    public bool IsGoodFor(MarketDomain domain, Address provider, Address dataKey, DateTimeOffset now) =>
        Session.Provider == provider && Session.IsCurrent(now) && Session.IsSignedBy(domain, dataKey, Signature);

    /// <summary>The token's text, without the scheme.</summary>
    public string Encode()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Session.Agreement.Value);
        Session.Provider.CopyTo(bytes[ProviderAt..]);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[ExpiryAt..], Session.Expiry);
        Signature.CopyTo(bytes[SignatureAt..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The session, never the signature: a token in a log could be used by its reader.</summary>
    public override string ToString() => $"session for agreement {Session.Agreement} at {Session.Provider} until {Session.Expiry}";

    static readonly SearchValues<char> Whitespace = SearchValues.Create(" \t\r\n=");
}
