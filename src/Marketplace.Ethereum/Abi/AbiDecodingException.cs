namespace Marketplace.Ethereum.Abi;

/// <summary>Bytes that are not the one canonical ABI encoding of the types asked for, or a value that the C# type cannot hold.</summary>
public sealed class AbiDecodingException : FormatException
{
    /// <param name="message">What is wrong with the bytes.</param>
    public AbiDecodingException(string message)
        : base(message)
    {
    }
}
