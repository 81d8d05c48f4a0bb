namespace Marketplace.Ethereum.Generators.Model;

/// <summary>A Solidity type as C#: its name, its place in an encoding, and the expressions that read and write it.</summary>
/// <param name="Name">Fully qualified.</param>
/// <param name="HeadSize">Bytes in the head: 32 for each value, and 32 in all for a dynamic type.</param>
/// <param name="IsDynamic">Whether it lies in the tail.</param>
/// <param name="Read">The expression that reads it, given the reader's name.</param>
/// <param name="Write">The expression that writes it, given the writer's name and the value.</param>
sealed record CodeType(string Name, int HeadSize, bool IsDynamic, Func<string, string> Read, Func<string, string, string> Write)
{
    internal const int Word = 32;

    /// <summary>What an indexed string, byte string, array or struct leaves in a log: its hash.</summary>
    internal static CodeType Hash { get; } = OneWord("global::Marketplace.Ethereum.Primitives.Hash256", "ReadHash()", "WriteHash", "");

    /// <summary>A type that takes one word or, if dynamic, one offset.</summary>
    internal static CodeType OneWord(
        string name, string read, string write, string writeSuffix, bool isDynamic = false, string cast = "") =>
        new(name, Word, isDynamic, reader => $"{cast}{reader}.{read}", (writer, value) => $"{writer}.{write}({value}{writeSuffix})");
}
