using System.Numerics;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.TypedData;

/// <summary>
/// An allowance of ERC-20 tokens given by signature instead of by transaction (EIP-2612). Its domain is the token's, as
/// <c>eip712Domain()</c> (EIP-5267) tells it.
/// </summary>
/// <param name="Owner">Whose tokens; the signer.</param>
/// <param name="Spender">Who may take them.</param>
/// <param name="Value">How many base units; replaces the former allowance.</param>
/// <param name="Nonce">The owner's, from the token's <c>nonces(owner)</c>; each is used once.</param>
/// <param name="Deadline">The last second, in Unix time, in which the token accepts the permit.</param>
public sealed record Permit(Address Owner, Address Spender, BigInteger Value, BigInteger Nonce, BigInteger Deadline) : IEip712Struct<Permit>
{
    /// <inheritdoc/>
    public static string TypeText => "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";

    /// <inheritdoc/>
    public void WriteMembers(Eip712Writer writer)
    {
        writer.WriteAddress(Owner);
        writer.WriteAddress(Spender);
        writer.WriteUInt256(Value);
        writer.WriteUInt256(Nonce);
        writer.WriteUInt256(Deadline);
    }
}
