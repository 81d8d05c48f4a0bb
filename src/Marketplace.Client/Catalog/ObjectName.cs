using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Marketplace.Client.Catalog;

/// <summary>
/// The name that the user gave an object, kept exactly: any Unicode text of 1 to 4,096 UTF-16 units, also with <c>../</c>, control
/// characters or NUL.
/// Two names are the same when their bytes are. It is never a path on this machine.
/// </summary>
public sealed record ObjectName : IComparable<ObjectName>
{
    /// <summary>The most UTF-16 units.</summary>
    public const int MaxLength = 4096;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    ObjectName(string value) => Value = value;

    /// <summary>The name as it was given.</summary>
    public string Value { get; }

    /// <summary>Refuses (false, with the reason) an empty or too long name, and text that is not well-formed.</summary>
    public static bool TryCreate(string? text, [NotNullWhen(true)] out ObjectName? name, [NotNullWhen(false)] out string? problem)
    {
        name = null;
        problem = null;
        if (string.IsNullOrEmpty(text))
            problem = "A name cannot be empty.";
        else if (text.Length > MaxLength)
            problem = $"A name has at most {MaxLength} characters, not {text.Length}.";
        else if (!IsWellFormed(text))
            problem = "The name is not well-formed Unicode.";
        else
            name = new ObjectName(text);
        return name is not null;
    }

    /// <summary>The exact UTF-8 bytes.</summary>
    public byte[] ToBytes() => Strict.GetBytes(Value);

    /// <summary>Reads what <see cref="ToBytes"/> wrote; null for anything else.</summary>
    public static ObjectName? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return TryCreate(Strict.GetString(bytes), out var name, out _) ? name : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The bytes that all names with a prefix come before, and no other name after it; null where that is no bound.</summary>
    internal static byte[]? EndOf(string prefix)
    {
        var bytes = Encoding.UTF8.GetBytes(prefix);
        // No byte of UTF-8 is the highest.
        if (bytes.Length == 0)
            return null;
        bytes[^1]++;
        return bytes;
    }

    /// <summary>Ordinal order.</summary>
    public int CompareTo(ObjectName? other) => string.CompareOrdinal(Value, other?.Value);

    /// <summary>The name as it was given.</summary>
    public override string ToString() => Value;

    static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
