using System.Globalization;
using System.Text;

namespace Marketplace.Ethereum.Generators.Json;

/// <summary>
/// Reads RFC 8259 JSON. A compiler host offers its analyzers no JSON library of a version that they could rely on, hence this small one.
/// </summary>
sealed class JsonParser
{
    const int DeepestNesting = 64;

    readonly string text;
    int position;
    int depth;

    JsonParser(string text) => this.text = text;

    /// <exception cref="FormatException">The text is not one JSON value.</exception>
    internal static JsonValue Parse(string text)
    {
        var parser = new JsonParser(text);
        var value = parser.ReadValue();
        parser.SkipSpace();
        return parser.position == text.Length ? value : throw parser.Fault("something follows the value");
    }

    JsonValue ReadValue()
    {
        SkipSpace();
        return Peek() switch
        {
            '{' => Nested(ReadObject),
            '[' => Nested(ReadArray),
            '"' => JsonValue.Of(ReadString()),
            't' => ReadWord("true", JsonValue.Of(true)),
            'f' => ReadWord("false", JsonValue.Of(false)),
            'n' => ReadWord("null", JsonValue.Null),
            _ => ReadNumber(),
        };
    }

    JsonValue Nested(Func<JsonValue> read)
    {
        if (++depth > DeepestNesting)
            throw Fault("it is nested too deeply");
        position++;
        var value = read();
        depth--;
        return value;
    }

    JsonValue ReadObject()
    {
        var members = new Dictionary<string, JsonValue>(StringComparer.Ordinal);
        if (TryTake('}'))
            return JsonValue.Of(members);
        do
        {
            SkipSpace();
            var name = ReadString();
            Take(':');
            members[name] = ReadValue();
        }
        while (TryTake(','));
        Take('}');
        return JsonValue.Of(members);
    }

    JsonValue ReadArray()
    {
        var items = new List<JsonValue>();
        if (TryTake(']'))
            return JsonValue.Of(items);
        do
            items.Add(ReadValue());
        while (TryTake(','));
        Take(']');
        return JsonValue.Of(items);
    }

    string ReadString()
    {
        Take('"');
        var start = position;
        while (Peek() is not ('"' or '\\'))
            position++;
        if (text[position] == '"')
            return text.Substring(start, position++ - start);
        var result = new StringBuilder(text, start, position - start, 256);
        while (Peek() != '"')
            result.Append(text[position] == '\\' ? ReadEscape() : text[position++]);
        position++;
        return result.ToString();
    }

    char ReadEscape()
    {
        position++;
        var escape = Peek();
        position++;
        return escape switch
        {
            '"' or '\\' or '/' => escape,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' when position + 4 <= text.Length
                && ushort.TryParse(text.Substring(position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                    => Unicode(code),
            _ => throw Fault("an escape is unknown"),
        };
    }

    char Unicode(ushort code)
    {
        position += 4;
        return (char)code;
    }

    JsonValue ReadWord(string word, JsonValue value)
    {
        if (string.CompareOrdinal(text, position, word, 0, word.Length) != 0)
            throw Fault("a word is unknown");
        position += word.Length;
        return value;
    }

    JsonValue ReadNumber()
    {
        var start = position;
        while (position < text.Length && "+-.0123456789eE".IndexOf(text[position]) >= 0)
            position++;
        return double.TryParse(text.Substring(start, position - start), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? JsonValue.Of(text.Substring(start, position - start))
            : throw Fault("a value is missing");
    }

    void Take(char expected)
    {
        if (!TryTake(expected))
            throw Fault($"'{expected}' is missing");
    }

    bool TryTake(char expected)
    {
        SkipSpace();
        if (position >= text.Length || text[position] != expected)
            return false;
        position++;
        return true;
    }

    void SkipSpace()
    {
        while (position < text.Length && text[position] is ' ' or '\t' or '\r' or '\n')
            position++;
    }

    char Peek() => position < text.Length ? text[position] : throw Fault("it ends too early");

    FormatException Fault(string what) => new($"{what} at character {position}");
}
