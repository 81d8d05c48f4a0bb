using System.Text;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.TypedData;

/// <summary>Hashes typed data as wallets and contracts do (EIP-712).</summary>
public static class Eip712
{
    /// <summary>What is signed: the hash of <c>0x1901</c>, the domain's separator and the struct's hash.</summary>
    public static Hash256 Digest<T>(Eip712Domain domain, T value) where T : IEip712Struct<T> => Digest(domain.Separator, StructHash(value));

    /// <summary>The same from a domain's separator, as a contract returns it from <c>DOMAIN_SEPARATOR()</c>.</summary>
    public static Hash256 Digest(Hash256 domainSeparator, Hash256 structHash)
    {
        Span<byte> preimage = stackalloc byte[2 + 2 * Hash256.Size];
        preimage[0] = 0x19;
        preimage[1] = 0x01;
        domainSeparator.CopyTo(preimage[2..]);
        structHash.CopyTo(preimage[(2 + Hash256.Size)..]);
        return Keccak256.Hash(preimage);
    }

    /// <summary><c>hashStruct</c>: the hash of the type's hash and the members.</summary>
    /// <exception cref="InvalidOperationException">The struct writes more or fewer members than its type has.</exception>
    public static Hash256 StructHash<T>(T value) where T : IEip712Struct<T>
    {
        var writer = new Eip712Writer(1 + StructType<T>.Members);
        writer.WriteHash(StructType<T>.Hash);
        value.WriteMembers(writer);
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>The hash of the type's text.</summary>
    public static Hash256 TypeHash<T>() where T : IEip712Struct<T> => StructType<T>.Hash;

    static class StructType<T> where T : IEip712Struct<T>
    {
        internal static readonly Hash256 Hash = Keccak256.Hash(T.TypeText);
        internal static readonly int Members = Count(T.TypeText);

        static int Count(string text)
        {
            var members = text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..text.IndexOf(')', StringComparison.Ordinal)];
            return members.Length == 0 ? 0 : 1 + members.Count(character => character == ',');
        }
    }
}

/// <summary>Hashes messages that a person signs in a wallet (EIP-191, version 0x45, <c>personal_sign</c>).</summary>
public static class PersonalMessage
{
    /// <summary>What is signed: the hash of the prefix, the number of bytes in decimal, and the bytes.</summary>
    public static Hash256 Digest(ReadOnlySpan<byte> message) =>
        Keccak256.Hash([.. Encoding.UTF8.GetBytes($"\u0019Ethereum Signed Message:\n{message.Length}"), .. message]);

    /// <summary>The same for the UTF-8 bytes of a text.</summary>
    public static Hash256 Digest(string message) => Digest(Encoding.UTF8.GetBytes(message));
}
