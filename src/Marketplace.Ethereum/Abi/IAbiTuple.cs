namespace Marketplace.Ethereum.Abi;

/// <summary>A Solidity struct as a C# type. What a generated record implements.</summary>
public interface IAbiTuple<TSelf> where TSelf : IAbiTuple<TSelf>
{
    /// <summary>The bytes of the members' heads together: 32 for each value and for each dynamic member's offset.</summary>
    static abstract int AbiHeadSize { get; }

    /// <summary>Whether any member has no fixed size, so that the struct itself is placed behind an offset.</summary>
    static abstract bool IsAbiDynamic { get; }

    /// <summary>Reads the members in their order.</summary>
    /// <exception cref="AbiDecodingException">The bytes are not canonical.</exception>
    static abstract TSelf ReadAbi(ref AbiReader reader);

    /// <summary>Writes the members in their order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number does not fit its Solidity type.</exception>
    void WriteAbi(AbiWriter writer);
}
