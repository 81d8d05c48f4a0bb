using System.Buffers.Binary;
using Google.Protobuf;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Content;

/// <summary>Where the fragments of one index lie.</summary>
/// <param name="Agreement">The agreement that holds them.</param>
/// <param name="Provider">Its provider's owner address.</param>
public sealed record Placement(AgreementId Agreement, Address Provider);

/// <summary>
/// All that is needed to read a version, besides the vault key: signed by the data key, so that nobody can pass another off for it.
/// </summary>
public sealed record ObjectManifest
{
    /// <summary>The format that this program writes.</summary>
    public const int Format = 1;

    /// <summary>16 random bytes, the same for all versions of a name.</summary>
    public required ByteString ObjectId { get; init; }

    /// <summary>Counts the object's versions from 1.</summary>
    public required ulong Number { get; init; }

    /// <summary>SHA-256 of the previous version's manifest; null for the first.</summary>
    public Hash256? Previous { get; init; }

    /// <summary>Sizes and coding.</summary>
    public required ObjectLayout Layout { get; init; }

    /// <summary>The content key under the vault's wrapping key.</summary>
    public required ByteString WrappedKey { get; init; }

    /// <summary>Binds the ciphertext to the content key.</summary>
    public required ByteString Commitment { get; init; }

    /// <summary>The fragments' roots by segment and index.</summary>
    public required IReadOnlyList<IReadOnlyList<Hash256>> Roots { get; init; }

    /// <summary>One for each of the n indices.</summary>
    public required IReadOnlyList<Placement> Placements { get; init; }

    /// <summary>What the wrapped content key is bound to.</summary>
    public static byte[] BindingOf(ReadOnlySpan<byte> objectId, ulong number, ReadOnlySpan<byte> commitment)
    {
        var binding = new byte[objectId.Length + sizeof(ulong) + commitment.Length];
        objectId.CopyTo(binding);
        BinaryPrimitives.WriteUInt64BigEndian(binding.AsSpan(objectId.Length), number);
        commitment.CopyTo(binding.AsSpan(objectId.Length + sizeof(ulong)));
        return binding;
    }

    /// <summary>The coding of that name if it is a known one, else one with the same numbers.</summary>
    internal static CodingScheme CodingOf(string name, int data, int total, int repairAt) =>
        CodingScheme.Find(name) is { } known && known.DataFragments == data && known.TotalFragments == total
            ? known
            : new CodingScheme(name, data, total, repairAt);
}
