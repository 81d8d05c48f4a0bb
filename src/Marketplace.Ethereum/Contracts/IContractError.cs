using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Ethereum.Contracts;

/// <summary>A custom error with which a contract reverted, with its values.</summary>
public interface IContractError
{
    /// <summary>The canonical signature, <c>InsufficientBalance(address,uint256)</c>.</summary>
    string ErrorSignature { get; }

    /// <summary>Selector and values, as the contract wrote them.</summary>
    byte[] Encode();
}

/// <summary>What a generated error implements.</summary>
public interface IContractError<TSelf> : IContractError where TSelf : IContractError<TSelf>
{
    /// <summary>The canonical signature.</summary>
    static abstract string Signature { get; }

    /// <summary>The first four bytes of the signature's hash.</summary>
    static abstract Selector Selector { get; }

    /// <exception cref="Abi.AbiDecodingException">The data is not a canonical encoding of this error.</exception>
    static abstract TSelf Decode(ReadOnlySpan<byte> revertData);
}

/// <summary>
/// Turns revert data into typed errors. The generator writes one per assembly, <c>ContractErrors.Decoder</c>, that knows all of its
/// errors.
/// </summary>
public interface IContractErrorDecoder
{
    /// <summary>
    /// False for data of no known error, or that is not canonical; never throws, since the data comes from whoever was called.
    /// </summary>
    bool TryDecode(ReadOnlySpan<byte> revertData, [NotNullWhen(true)] out IContractError? error);

    /// <summary>The same as an exception ready to be thrown; null where <see cref="TryDecode"/> is false.</summary>
    ContractErrorException? Decode(ReadOnlySpan<byte> revertData) =>
        TryDecode(revertData, out var error) ? new ContractErrorException(error) : null;
}

/// <summary>A contract reverted with an error that is known.</summary>
public sealed class ContractErrorException : Exception
{
    /// <param name="error">The error and its values, which become part of the message.</param>
    public ContractErrorException(IContractError error)
        : base($"The contract reverted with {error}.") => Error = error;

    /// <summary>The error with its values.</summary>
    public IContractError Error { get; }
}
