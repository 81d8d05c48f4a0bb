using System.Buffers.Binary;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Signatures;

/// <summary>
/// The market that a signature is for: its chain and its StorageAgreements contract, for vouchers its EgressVouchers contract
/// (docs/protocol.md, section 6.1). A signature for one market is worth nothing in another.
/// </summary>
/// <remarks>EIP-712, https://eips.ethereum.org/EIPS/eip-712. All of the protocol's structs have atomic members only.</remarks>
public sealed class MarketDomain : IEquatable<MarketDomain>
{
    const int Word = Hash256.Size;

    static readonly Hash256 DomainType = Keccak256.Hash(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    static readonly Hash256 Name = Keccak256.Hash("Storage Marketplace");
    static readonly Hash256 Version = Keccak256.Hash("1");

    /// <param name="chainId">The chain's number (EIP-155).</param>
    /// <param name="storageAgreements">The contract that holds the agreements.</param>
    /// <param name="egressVouchers">The contract that pays vouchers.</param>
    public MarketDomain(ulong chainId, Address storageAgreements, Address egressVouchers)
    {
        ChainId = chainId;
        StorageAgreements = storageAgreements;
        EgressVouchers = egressVouchers;
        Separator = SeparatorOf(chainId, storageAgreements);
        VoucherSeparator = SeparatorOf(chainId, egressVouchers);
    }

    static Hash256 SeparatorOf(ulong chainId, Address verifyingContract)
    {
        Span<byte> data = stackalloc byte[5 * Word];
        data.Clear();
        DomainType.CopyTo(data);
        Name.CopyTo(data[Word..]);
        Version.CopyTo(data[(2 * Word)..]);
        BinaryPrimitives.WriteUInt64BigEndian(data[(4 * Word - sizeof(ulong))..], chainId);
        verifyingContract.CopyTo(data[(5 * Word - Address.Size)..]);
        return Keccak256.Hash(data);
    }

    /// <summary>The chain's number.</summary>
    public ulong ChainId { get; }

    /// <summary>The verifying contract of all but vouchers.</summary>
    public Address StorageAgreements { get; }

    /// <summary>The verifying contract of vouchers.</summary>
    public Address EgressVouchers { get; }

    /// <summary>EIP-712's domain separator of all but vouchers.</summary>
    public Hash256 Separator { get; }

    /// <summary>EIP-712's domain separator of vouchers.</summary>
    public Hash256 VoucherSeparator { get; }

    /// <summary>The digest to sign: <c>keccak256(0x19 0x01 || separator || structHash)</c>.</summary>
    public Hash256 Digest(Hash256 structHash) => Digest(Separator, structHash);

    /// <summary>The digest of a voucher.</summary>
    public Hash256 VoucherDigest(Hash256 structHash) => Digest(VoucherSeparator, structHash);

    static Hash256 Digest(Hash256 separator, Hash256 structHash)
    {
        Span<byte> data = stackalloc byte[2 + 2 * Word];
        data[0] = 0x19;
        data[1] = 0x01;
        separator.CopyTo(data[2..]);
        structHash.CopyTo(data[(2 + Word)..]);
        return Keccak256.Hash(data);
    }

    /// <inheritdoc/>
    public bool Equals(MarketDomain? other) =>
        other is not null && ChainId == other.ChainId && StorageAgreements == other.StorageAgreements && EgressVouchers == other.EgressVouchers;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MarketDomain);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ChainId, StorageAgreements, EgressVouchers);

    /// <summary>Chain and contract.</summary>
    public override string ToString() => $"chain {ChainId}, agreements at {StorageAgreements}";
}
