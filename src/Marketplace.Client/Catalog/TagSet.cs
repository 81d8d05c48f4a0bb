using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Marketplace.Client.Catalog;

/// <summary>What a user calls an object beside its name: at most 32 tags, sorted, none twice (capitals make no difference).</summary>
public sealed class TagSet : IEquatable<TagSet>
{
    /// <summary>Of one object.</summary>
    public const int MostTags = 32;

    /// <summary>UTF-16 units of one tag.</summary>
    public const int LongestTag = 64;

    TagSet(ImmutableArray<string> tags) => All = tags;

    /// <summary>No tag.</summary>
    public static TagSet None { get; } = new([]);

    /// <summary>The tags, sorted.</summary>
    public ImmutableArray<string> All { get; }

    /// <summary>Whether one of them is this, whatever its capitals.</summary>
    public bool Contains(string tag) => All.Contains(tag, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Makes a set of texts as people type them, trimmed; refuses (false, with the reason) one that is too long, has a comma or a control character, or is
    /// not well-formed, and more than there may be.
    /// </summary>
    public static bool TryCreate(IEnumerable<string> texts, [NotNullWhen(true)] out TagSet? tags, [NotNullWhen(false)] out string? problem)
    {
        tags = null;
        var found = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in texts.Select(text => text.Trim()).Where(text => text.Length > 0))
        {
            problem = ProblemOf(text);
            if (problem is not null)
                return false;
            found.Add(text.Normalize(NormalizationForm.FormC));
        }
        problem = found.Count > MostTags ? $"An object has at most {MostTags} tags." : null;
        if (problem is not null)
            return false;
        tags = found.Count == 0 ? None : new TagSet([.. found]);
        return true;
    }

    /// <summary>As the catalog keeps it.</summary>
    internal string Write() => string.Join('\n', All);

    /// <summary>Reads what <see cref="Write"/> wrote; no tag for anything else.</summary>
    internal static TagSet Read(string? text) => !string.IsNullOrEmpty(text) && TryCreate(text.Split('\n'), out var tags, out _) ? tags : None;

    static string? ProblemOf(string text) => text switch
    {
        { Length: > LongestTag } => $"A tag has at most {LongestTag} characters.",
        _ when text.Contains(',', StringComparison.Ordinal) => "A tag has no commas.",
        _ when text.Any(char.IsControl) => "A tag has no control characters.",
        _ when !ObjectName.TryCreate(text, out _, out _) => "A tag is well-formed Unicode.",
        _ => null,
    };

    /// <inheritdoc/>
    public bool Equals(TagSet? other) => other is not null && All.SequenceEqual(other.All, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TagSet);

    /// <inheritdoc/>
    public override int GetHashCode() => Write().GetHashCode(StringComparison.Ordinal);

    /// <summary>The tags with commas between.</summary>
    public override string ToString() => string.Join(", ", All);
}
