using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Web.Serving;

/// <summary>A file that pages load.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Version">Changes with its content.</param>
public sealed record AssetFile(byte[] Content, string ContentType, string Version);

/// <summary>Everything that pages load, out of the program itself: nothing comes from another host, and no folder has to lie beside it.</summary>
public sealed partial class AssetFiles
{
    const string Prefix = "assets/", StylePrefix = "assets/css/";

    /// <summary>All style sheets as one, in the order of their names.</summary>
    const string StyleSheet = "app.css";

    static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".woff2"] = "font/woff2",
        [".ttf"] = "font/ttf",
        [".pfb"] = "application/octet-stream",
        [".bcmap"] = "application/octet-stream",
        [".webmanifest"] = "application/manifest+json",
        [".txt"] = "text/plain; charset=utf-8",
        [""] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary();

    readonly FrozenDictionary<string, AssetFile> files;

    AssetFiles(FrozenDictionary<string, AssetFile> files) => this.files = files;

    /// <summary>Those within this assembly.</summary>
    public static AssetFiles Embedded { get; } = Load(typeof(AssetFiles).Assembly);

    /// <summary>A file by its path; null when there is none.</summary>
    public AssetFile? Find(string path) => files.GetValueOrDefault(path);

    /// <summary>Where pages load a file; the address changes with the content, so that browsers may keep it for ever.</summary>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    public string UrlOf(string path) =>
        Find(path) is { } file ? $"/assets/{path}?v={file.Version}" : throw new ArgumentException($"There is no asset {path}.", nameof(path));

    static AssetFiles Load(Assembly assembly)
    {
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var files = names.Where(name => !name.StartsWith(StylePrefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name => Make(name, Read(assembly, name)));
        var styles = string.Concat(names.Where(name => name.StartsWith(StylePrefix, StringComparison.Ordinal)).Select(name => Encoding.UTF8.GetString(Read(assembly, name))));
        // A file has one address, whoever names it.
        styles = OwnAddress().Replace(styles, found => $"{found.Value}?v={files[found.Groups[1].Value].Version}");
        files.Add(StyleSheet, Make(StyleSheet, Encoding.UTF8.GetBytes(styles)));
        return new AssetFiles(files.ToFrozenDictionary(StringComparer.Ordinal));
    }

    [GeneratedRegex("/assets/([a-z0-9./-]+)")]
    private static partial Regex OwnAddress();

    static AssetFile Make(string name, byte[] content) =>
        new(content, ContentTypes[Path.GetExtension(name)], Convert.ToHexStringLower(SHA256.HashData(content))[..16]);

    static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} cannot be read.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
