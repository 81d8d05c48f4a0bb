namespace Marketplace.Ethereum.Contracts;

/// <summary>
/// Tells the ABI generator which C# type stands for a Solidity type that has a name but no form of its own in an ABI: a user-defined
/// value type (<c>type AgreementId is uint256</c>) or an enum. Values of the Solidity type that the C# type cannot hold are decoding
/// errors.
/// </summary>
/// <param name="solidityName">The name, with or without that of the contract it is declared in: <c>AgreementId</c>,
/// <c>IAgreements.State</c>.</param>
/// <param name="type">
/// An enum; or a type with one constructor argument and a property <c>Value</c> of the same type: an unsigned or signed integer, UInt128,
/// Int128, BigInteger, bool, <see cref="Primitives.Address"/>, <see cref="Primitives.Hash256"/> or <see cref="Primitives.Bytes"/>.
/// </param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class AbiValueTypeAttribute(string solidityName, Type type) : Attribute
{
    /// <summary>The name in Solidity.</summary>
    public string SolidityName { get; } = solidityName;

    /// <summary>The type in C#.</summary>
    public Type Type { get; } = type;
}
