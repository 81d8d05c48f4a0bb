using System.Numerics;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.TypedData;

/// <summary>
/// Where a signature of typed data is valid (EIP-712, <c>EIP712Domain</c>). A field that is null is not part of the domain's type.
/// </summary>
/// <param name="Name">The readable name of what is signed for.</param>
/// <param name="Version">Signatures of different versions are not compatible.</param>
/// <param name="ChainId">The chain (EIP-155).</param>
/// <param name="VerifyingContract">The contract that will verify the signature.</param>
/// <param name="Salt">A last resort to tell two domains apart.</param>
public sealed record Eip712Domain(
    string? Name = null, string? Version = null, BigInteger? ChainId = null, Address? VerifyingContract = null, Hash256? Salt = null)
{
    /// <summary>The domain's struct hash.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The chain id is negative or needs more than 256 bits.</exception>
    public Hash256 Separator
    {
        get
        {
            List<string> members = [];
            var words = new AbiWriter(6 * AbiWriter.Word);
            words.WriteHash(default);
            if (Name is not null)
                Add("string name", w => w.WriteHash(Keccak256.Hash(Name)));
            if (Version is not null)
                Add("string version", w => w.WriteHash(Keccak256.Hash(Version)));
            if (ChainId is { } chainId)
                Add("uint256 chainId", w => w.WriteUInt256(chainId, 256));
            if (VerifyingContract is { } contract)
                Add("address verifyingContract", w => w.WriteAddress(contract));
            if (Salt is { } salt)
                Add("bytes32 salt", w => w.WriteHash(salt));
            var data = words.ToArray().AsSpan(0, (1 + members.Count) * AbiWriter.Word);
            Keccak256.Hash($"EIP712Domain({string.Join(',', members)})").CopyTo(data);
            return Keccak256.Hash(data);

            void Add(string member, Action<AbiWriter> write)
            {
                members.Add(member);
                write(words);
            }
        }
    }
}
