using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Token;

/// <summary>
/// A holder's signed leave (EIP-2612's digest, ERC-7597's call) for one spender to take tokens, so that no transaction of its own is needed
/// for that.
/// </summary>
/// <param name="Value">How much.</param>
/// <param name="Deadline">Until when, in whole seconds of the chain's time.</param>
/// <param name="Signature">By the holder, over <see cref="PermitTerms.Digest"/>: the 65 bytes of a key's signature, or whatever the contract
/// of the holder's account takes for one (EIP-1271).</param>
public sealed record TokenPermit(TokenAmount Value, DateTimeOffset Deadline, Bytes Signature)
{
    /// <summary>A permit that the holder's own key signed.</summary>
    public TokenPermit(TokenAmount value, DateTimeOffset deadline, Signature signature) : this(value, deadline, signature.ToArray())
    {
    }

    /// <summary>What the contracts take for "the allowance is already there".</summary>
    internal static Permit None { get; } = new(0, 0, Bytes.Empty);

    internal Permit ToAbi() => new(Value.ToUInt256(), Deadline.ToUnixTimeSeconds(), Signature);
}

/// <summary>
/// What a holder signs. The domain is computed here and not asked of the chain's endpoint, which could name another token's.
/// </summary>
/// <param name="ChainId">The chain.</param>
/// <param name="Token">The StorageToken.</param>
/// <param name="Owner">The holder.</param>
/// <param name="Spender">The escrow for deposits and bonds, the stake vault for stake and delegations.</param>
/// <param name="Value">How much.</param>
/// <param name="Nonce">The holder's permits so far, as the token counts them.</param>
/// <param name="Deadline">Until when, in whole seconds.</param>
public sealed record PermitTerms(ulong ChainId, Address Token, Address Owner, Address Spender, TokenAmount Value, ulong Nonce,
    DateTimeOffset Deadline)
{
    /// <summary>The token's name and version in its EIP-712 domain; part of the contract's code.</summary>
    public const string DomainName = "Space";

    /// <inheritdoc cref="DomainName"/>
    public const string DomainVersion = "1";

    static readonly Hash256 DomainType = Keccak256.Hash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    static readonly Hash256 PermitType = Keccak256.Hash("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    /// <summary>The token's domain separator (EIP-712).</summary>
    public Hash256 DomainSeparator()
    {
        var writer = new AbiWriter(5 * AbiWriter.Word);
        writer.WriteHash(DomainType);
        writer.WriteHash(Keccak256.Hash(DomainName));
        writer.WriteHash(Keccak256.Hash(DomainVersion));
        writer.WriteUInt64(ChainId, 64);
        writer.WriteAddress(Token);
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>The digest to sign (EIP-712).</summary>
    public Hash256 Digest()
    {
        var writer = new AbiWriter(6 * AbiWriter.Word);
        writer.WriteHash(PermitType);
        writer.WriteAddress(Owner);
        writer.WriteAddress(Spender);
        writer.WriteUInt128(Value.Value, 128);
        writer.WriteUInt64(Nonce, 64);
        writer.WriteUInt64((ulong)Deadline.ToUnixTimeSeconds(), 64);
        return Keccak256.Hash([0x19, 0x01, .. DomainSeparator().ToArray(), .. Keccak256.Hash(writer.ToArray()).ToArray()]);
    }
}
