using System.Collections.Frozen;

namespace Marketplace.Web.Files;

/// <summary>How a file can be looked at without being saved.</summary>
public enum PreviewKind
{
    /// <summary>It cannot.</summary>
    None,

    /// <summary>As a picture.</summary>
    Image,

    /// <summary>With sound and time.</summary>
    Video,

    /// <summary>With time.</summary>
    Audio,

    /// <summary>As plain text.</summary>
    Text,

    /// <summary>Page by page.</summary>
    Pdf,
}

/// <summary>What kind a file is, by its name alone: what is in it was put there by anybody.</summary>
public static class Previews
{
    static readonly FrozenDictionary<string, (PreviewKind Kind, string Type)> Kinds = new Dictionary<string, (PreviewKind, string)>(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = (PreviewKind.Image, "image/png"), [".jpg"] = (PreviewKind.Image, "image/jpeg"), [".jpeg"] = (PreviewKind.Image, "image/jpeg"),
        [".gif"] = (PreviewKind.Image, "image/gif"), [".webp"] = (PreviewKind.Image, "image/webp"), [".avif"] = (PreviewKind.Image, "image/avif"),
        [".svg"] = (PreviewKind.Image, "image/svg+xml"), [".mp4"] = (PreviewKind.Video, "video/mp4"), [".webm"] = (PreviewKind.Video, "video/webm"),
        [".mov"] = (PreviewKind.Video, "video/quicktime"), [".mp3"] = (PreviewKind.Audio, "audio/mpeg"), [".ogg"] = (PreviewKind.Audio, "audio/ogg"),
        [".wav"] = (PreviewKind.Audio, "audio/wav"), [".flac"] = (PreviewKind.Audio, "audio/flac"), [".pdf"] = (PreviewKind.Pdf, "application/pdf"),
        [".txt"] = (PreviewKind.Text, Plain), [".md"] = (PreviewKind.Text, Plain), [".csv"] = (PreviewKind.Text, Plain), [".json"] = (PreviewKind.Text, Plain),
        [".xml"] = (PreviewKind.Text, Plain), [".log"] = (PreviewKind.Text, Plain), [".cs"] = (PreviewKind.Text, Plain), [".sol"] = (PreviewKind.Text, Plain),
        [".js"] = (PreviewKind.Text, Plain), [".css"] = (PreviewKind.Text, Plain), [".html"] = (PreviewKind.Text, Plain), [".yml"] = (PreviewKind.Text, Plain),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    const string Plain = "text/plain; charset=utf-8";

    /// <summary>UTF-16 units; what most file systems take.</summary>
    const int LongestPart = 200;

    /// <summary>How it can be looked at.</summary>
    public static PreviewKind KindOf(string name) => Kinds.TryGetValue(Path.GetExtension(FileNameOf(name)), out var known) ? known.Kind : PreviewKind.None;

    /// <summary>Its media type; null for what nobody should interpret. HTML and scripts are text.</summary>
    public static string? ContentTypeOf(string name) => Kinds.TryGetValue(Path.GetExtension(FileNameOf(name)), out var known) ? known.Type : null;

    /// <summary>The last part of a name, for people; all of one that ends like a folder's.</summary>
    public static string TitleOf(string name, int longest = 80) =>
        Formatting.Texts.Name(name[(name.LastIndexOf('/') + 1)..] is { Length: > 0 } last ? last : name, longest);

    /// <summary>The last part of a name, fit for a file on a disk.</summary>
    public static string FileNameOf(string name) => PartOf(name[(name.LastIndexOf('/') + 1)..].TrimStart('.'));

    /// <summary>A part of a name between its slashes, fit for a disk of any machine; of one that is too long its end.</summary>
    public static string PartOf(string part)
    {
        var harmless = new string([.. part.Select(letter => char.IsControl(letter) || letter is '"' or '\\' or '/' or ':' or '*' or '?' or '<' or '>' or '|' ? '_' : letter)]).TrimStart(' ').TrimEnd(' ', '.');
        if (harmless.Length <= LongestPart)
            return harmless.Length == 0 ? "file" : harmless;
        // Not between the halves of a character.
        return char.IsLowSurrogate(harmless[^LongestPart]) ? harmless[^(LongestPart - 1)..] : harmless[^LongestPart..];
    }
}
