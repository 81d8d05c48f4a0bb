using Marketplace.Ethereum.Generators.Model;

namespace Marketplace.Ethereum.Generators.Emission;

/// <summary>Writes the record of an event: decoding from topics and data, and filters by topics.</summary>
static class EventEmitter
{
    const string Hash256 = "global::Marketplace.Ethereum.Primitives.Hash256";
    const string LogEntry = "global::Marketplace.Ethereum.Transactions.LogEntry";
    const string Topics = "global::System.Collections.Generic.IReadOnlyList<" + Hash256 + ">?";

    internal static void Emit(CodeBuilder code, AbiEntry entry, string name, string contract, TypeResolver types)
    {
        var names = Naming.Properties(entry.Inputs, name);
        Member[] members = [.. entry.Inputs.Select((input, i) => new Member(names[i], TypeOf(input, types), input.IsIndexed))];
        code.Line();
        code.Line(
            $"/// <summary><c>{entry.Signature}</c> of {contract}. Of indexed values longer than a word, it has the hash.</summary>");
        code.Open($"public sealed record {name}({new Members(members).Declaration}) : {Members.Contracts}IContractEvent<{name}>");
        code.Line("/// <inheritdoc/>");
        code.Line($"public static {Hash256} Topic {{ get; }} = {Hash256}.Parse(\"0x{Signatures.Topic(entry.Signature)}\");");
        code.Line();
        code.Line($"static string {Members.Contracts}IContractEvent<{name}>.Signature => \"{entry.Signature}\";");
        code.Line();
        EmitDecode(code, name, members);
        code.Line();
        EmitFilter(code, [.. members.Where(member => member.IsIndexed)]);
        code.Close();
    }

    static void EmitDecode(CodeBuilder code, string name, IReadOnlyList<Member> members)
    {
        var topic = 0;
        var reads = members.Select(member => member.IsIndexed
            ? $"{Members.Contracts}EventTopics.Read(log.Topics[{++topic}], "
                + $"static (ref {Members.Abi}AbiReader reader) => {member.Type.Read("reader")})"
            : member.Type.Read("reader")).ToList();
        code.Line("/// <inheritdoc/>");
        code.Open($"public static {name} Decode({LogEntry} log)");
        code.Line($"{Members.Contracts}EventTopics.Expect(log, Topic, {topic + 1});");
        new Members([.. members.Where(member => !member.IsIndexed)])
            .EmitDecode(code, "log.Data.Span", $"new {name}({string.Join(", ", reads)})");
        code.Close();
    }

    static void EmitFilter(CodeBuilder code, IReadOnlyList<Member> indexed)
    {
        var parameters = indexed.Select(member => $"{member.Type.Name}? {Naming.Camel(member.Name)} = null");
        var topics = indexed.Select(member =>
            $"{Members.Contracts}EventTopics.Filter({Naming.Camel(member.Name)}, "
                + $"static (writer, value) => {member.Type.Write("writer", "value")})");
        code.Line("/// <summary>The topics of logs that have these indexed values; null is any.</summary>");
        code.Line($"public static global::System.Collections.Generic.IReadOnlyList<{Topics}> Filter({string.Join(", ", parameters)}) =>");
        code.Line($"    [{string.Join(", ", new[] { "[Topic]" }.Concat(topics))}];");
    }

    static CodeType TypeOf(AbiParameter input, TypeResolver types)
    {
        var isWord = !input.Type.EndsWith("]", StringComparison.Ordinal) && input.Type is not ("tuple" or "string" or "bytes");
        return input.IsIndexed && !isWord ? CodeType.Hash : types.Resolve(input);
    }
}
