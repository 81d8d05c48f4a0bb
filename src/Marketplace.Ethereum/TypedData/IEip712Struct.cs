namespace Marketplace.Ethereum.TypedData;

/// <summary>A struct that is signed as typed data (EIP-712).</summary>
public interface IEip712Struct<TSelf> where TSelf : IEip712Struct<TSelf>
{
    /// <summary>
    /// <c>encodeType</c>: the struct with its members, followed by the structs it refers to in alphabetical order;
    /// <c>Mail(Person from,Person to,string contents)Person(string name,address wallet)</c>.
    /// </summary>
    static abstract string TypeText { get; }

    /// <summary>Writes every member, in the order of <see cref="TypeText"/>.</summary>
    void WriteMembers(Eip712Writer writer);
}
