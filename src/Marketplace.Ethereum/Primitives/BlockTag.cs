namespace Marketplace.Ethereum.Primitives;

/// <summary>
/// The state of the chain that a question is about: a named moment, a block's number, or one exact block by its hash (EIP-1898).
/// </summary>
public readonly record struct BlockTag
{
    readonly string? name;

    BlockTag(string? name, ulong? number, Hash256? hash) => (this.name, Number, Hash) = (name, number, hash);

    /// <summary>The newest block that the node knows.</summary>
    public static BlockTag Latest => default;

    /// <summary>The newest block and the node's own pool on top of it.</summary>
    public static BlockTag Pending => new("pending", null, null);

    /// <summary>The newest block that an honest majority has attested.</summary>
    public static BlockTag Safe => new("safe", null, null);

    /// <summary>The newest block that cannot be reorganised without slashing a third of the validators.</summary>
    public static BlockTag Finalized => new("finalized", null, null);

    /// <summary>The genesis block.</summary>
    public static BlockTag Earliest => new("earliest", null, null);

    /// <summary>The block's number when the tag is a number.</summary>
    public ulong? Number { get; }

    /// <summary>The block's hash when the tag is a hash.</summary>
    public Hash256? Hash { get; }

    /// <summary>The canonical block of that height.</summary>
    public static BlockTag At(ulong number) => new(null, number, null);

    /// <summary>
    /// That block and no other: a node that has reorganised it away answers with an error instead of another block's state.
    /// </summary>
    public static BlockTag At(Hash256 hash) => new(null, null, hash);

    /// <summary>The name, the number in hex, or the hash, as JSON-RPC writes it.</summary>
    public override string ToString() => Hash?.ToString() ?? (Number is { } number ? $"0x{number:x}" : name ?? "latest");
}
