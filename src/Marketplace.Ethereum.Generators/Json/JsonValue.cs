namespace Marketplace.Ethereum.Generators.Json;

/// <summary>A JSON value. Numbers keep their text, since ABIs have none that matter.</summary>
sealed class JsonValue
{
    JsonValue(string? text, bool? flag, IReadOnlyList<JsonValue>? items, IReadOnlyDictionary<string, JsonValue>? members) =>
        (Text, Flag, Items, Members) = (text, flag, items, members);

    internal static JsonValue Null { get; } = new(null, null, null, null);

    /// <summary>The string, when it is one.</summary>
    internal string? Text { get; }

    /// <summary>The boolean, when it is one.</summary>
    internal bool? Flag { get; }

    /// <summary>The elements, when it is an array.</summary>
    internal IReadOnlyList<JsonValue>? Items { get; }

    /// <summary>The members, when it is an object.</summary>
    internal IReadOnlyDictionary<string, JsonValue>? Members { get; }

    internal static JsonValue Of(string text) => new(text, null, null, null);

    internal static JsonValue Of(bool flag) => new(null, flag, null, null);

    internal static JsonValue Of(IReadOnlyList<JsonValue> items) => new(null, null, items, null);

    internal static JsonValue Of(IReadOnlyDictionary<string, JsonValue> members) => new(null, null, null, members);

    /// <summary>The member of that name, or <see cref="Null"/>.</summary>
    internal JsonValue this[string name] => Members is not null && Members.TryGetValue(name, out var value) ? value : Null;
}
