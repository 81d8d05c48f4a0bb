using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Marketplace.Ethereum.Abi;

namespace Marketplace.Ethereum.Contracts;

/// <summary><c>Error(string)</c>: what <c>require(condition, "message")</c> and <c>revert("message")</c> leave.</summary>
/// <param name="Message">The contract's words; not to be trusted, whoever was called can say anything.</param>
public sealed record RevertError(string Message) : IContractError<RevertError>
{
    /// <inheritdoc/>
    public static string Signature => "Error(string)";

    /// <inheritdoc/>
    public static Selector Selector => new(0x08c379a0);

    /// <inheritdoc/>
    public string ErrorSignature => Signature;

    /// <inheritdoc/>
    public static RevertError Decode(ReadOnlySpan<byte> revertData)
    {
        var reader = new AbiReader(Selector.Strip(revertData), AbiWriter.Word);
        var error = new RevertError(reader.ReadString());
        reader.ExpectEnd();
        return error;
    }

    /// <inheritdoc/>
    public byte[] Encode()
    {
        var writer = new AbiWriter(Selector, AbiWriter.Word);
        writer.WriteString(Message);
        return writer.ToArray();
    }
}

/// <summary><c>Panic(uint256)</c>: a check that Solidity itself inserts has failed, which is a bug in the contract or its caller.</summary>
/// <param name="Code">Which check; see <see cref="Meaning"/>.</param>
public sealed record PanicError(BigInteger Code) : IContractError<PanicError>
{
    /// <inheritdoc/>
    public static string Signature => "Panic(uint256)";

    /// <inheritdoc/>
    public static Selector Selector => new(0x4e487b71);

    /// <inheritdoc/>
    public string ErrorSignature => Signature;

    /// <summary>The code in words (docs.soliditylang.org, "Panic via assert and Error via require").</summary>
    public string Meaning => (int)BigInteger.Min(Code, int.MaxValue) switch
    {
        0x00 => "a panic that the compiler inserted",
        0x01 => "an assertion failed",
        0x11 => "arithmetic overflow or underflow",
        0x12 => "division by zero",
        0x21 => "a number that is no member of an enum",
        0x22 => "a storage byte array that is encoded wrongly",
        0x31 => "pop from an empty array",
        0x32 => "an index out of bounds",
        0x41 => "too much memory allocated",
        0x51 => "a call of an uninitialised internal function",
        _ => "an unknown panic",
    };

    /// <inheritdoc/>
    public static PanicError Decode(ReadOnlySpan<byte> revertData)
    {
        var reader = new AbiReader(Selector.Strip(revertData), AbiWriter.Word);
        var error = new PanicError(reader.ReadUInt256(256));
        reader.ExpectEnd();
        return error;
    }

    /// <inheritdoc/>
    public byte[] Encode()
    {
        var writer = new AbiWriter(Selector, AbiWriter.Word);
        writer.WriteUInt256(Code, 256);
        return writer.ToArray();
    }
}

/// <summary>The two errors that every contract can revert with.</summary>
public sealed class StandardErrors : IContractErrorDecoder
{
    StandardErrors()
    {
    }

    /// <summary>Knows <see cref="RevertError"/> and <see cref="PanicError"/> only.</summary>
    public static IContractErrorDecoder Decoder { get; } = new StandardErrors();

    /// <inheritdoc/>
    public bool TryDecode(ReadOnlySpan<byte> revertData, [NotNullWhen(true)] out IContractError? error)
    {
        error = null;
        if (!Selector.TryRead(revertData, out var selector))
            return false;
        try
        {
            error = selector == RevertError.Selector ? RevertError.Decode(revertData)
                : selector == PanicError.Selector ? PanicError.Decode(revertData)
                : null;
        }
        catch (AbiDecodingException)
        {
            // Nobody but the contract chooses these bytes; nonsense is an error that is not known.
        }
        return error is not null;
    }
}
