namespace Marketplace.Ethereum.Rlp;

/// <summary>Bytes that are not the one canonical RLP encoding of what was asked for.</summary>
public sealed class MalformedRlpException : FormatException
{
    /// <param name="message">What is wrong with the bytes.</param>
    public MalformedRlpException(string message)
        : base(message)
    {
    }
}
