using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Contracts;

/// <summary>A call of a contract's function, with its arguments.</summary>
public interface IContractCall
{
    /// <summary>The function's canonical signature, <c>transfer(address,uint256)</c>; for logs and errors.</summary>
    string FunctionSignature { get; }

    /// <summary>Selector and arguments.</summary>
    /// <exception cref="ArgumentException">A value does not fit its Solidity type.</exception>
    byte[] Encode();
}

/// <summary>
/// A call whose result is known to be a <typeparamref name="TResult"/>; <see cref="NoResult"/> where the function returns nothing.
/// </summary>
public interface IContractFunction<TResult> : IContractCall
{
    /// <exception cref="Abi.AbiDecodingException">The bytes are not what the function returns.</exception>
    TResult DecodeResult(ReadOnlySpan<byte> data);
}

/// <summary>
/// A call of a <c>view</c> or <c>pure</c> function: it changes nothing, so its result is asked for and no transaction is sent.
/// </summary>
public interface IContractQuery<TResult> : IContractFunction<TResult>;

/// <summary>What a generated call implements.</summary>
public interface IContractFunction<TSelf, TResult> : IContractFunction<TResult> where TSelf : IContractFunction<TSelf, TResult>
{
    /// <summary>The canonical signature.</summary>
    static abstract string Signature { get; }

    /// <summary>The first four bytes of the signature's hash.</summary>
    static abstract Selector Selector { get; }

    /// <summary>Reads a call back from a transaction's data.</summary>
    /// <exception cref="Abi.AbiDecodingException">It is not a canonical call of this function.</exception>
    static abstract TSelf Decode(ReadOnlySpan<byte> callData);
}

/// <summary>The result of a function that returns nothing.</summary>
public readonly record struct NoResult
{
    /// <exception cref="Abi.AbiDecodingException">Something was returned.</exception>
    public static NoResult Decode(ReadOnlySpan<byte> data) =>
        data.IsEmpty
            ? default
            : throw new Abi.AbiDecodingException($"{data.Length} bytes were returned by a function that returns nothing.");
}

/// <summary>Turns calls into what is sent.</summary>
public static class ContractCalls
{
    /// <summary>The call addressed to a contract, ready to be simulated, estimated or sent.</summary>
    public static TransactionRequest To(this IContractCall call, Address contract) => new() { To = contract, Data = call.Encode() };
}
