using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Marketplace.Application.Live;
using Marketplace.Application.Vaults;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;

namespace Marketplace.Web.Files;

/// <summary>Archives that pages offer: the browser fetches one by a plain request.</summary>
public sealed class Archives
{
    const int MostOffered = 16;

    readonly Lock gate = new();
    readonly List<Archive> offered = [];

    /// <summary>Offers files as one archive. The oldest offer goes when there are too many, and those of a vault when it is locked.</summary>
    public Archive Offer(OpenVault vault, ChosenFiles files)
    {
        var archive = new Archive(vault, files);
        lock (gate)
        {
            offered.Add(archive);
            if (offered.Count > MostOffered)
                offered.RemoveAt(0);
        }
        vault.Closing.UnsafeRegister(_ => Forget(vault), null);
        return archive;
    }

    /// <summary>What was offered of a vault; null when it is not any more.</summary>
    public Archive? Find(Guid id, OpenVault vault)
    {
        lock (gate)
            return offered.Find(archive => archive.Id == id && archive.Vault == vault);
    }

    void Forget(OpenVault vault)
    {
        lock (gate)
            offered.RemoveAll(archive => archive.Vault == vault);
    }
}

/// <summary>How far an archive has gone to the browser.</summary>
/// <param name="Files">That are wholly in it.</param>
/// <param name="Bytes">Of those files.</param>
/// <param name="Failed">The file that could not be read, which ended it; null when nothing is wrong.</param>
/// <param name="Reason">Why it could not be.</param>
/// <param name="IsWhole">Whether all of it was sent.</param>
/// <param name="IsBrokenOff">Whether the browser wanted no more of it, or the vault was locked.</param>
public sealed record ArchiveState(int Files, long Bytes, ObjectName? Failed = null, string? Reason = null, bool IsWhole = false, bool IsBrokenOff = false);

/// <summary>Files as one ZIP file, made while it is sent; nothing of it lies on a disk of the gateway.</summary>
public sealed class Archive(OpenVault vault, ChosenFiles files)
{
    // What a ZIP file can say of times.
    static readonly DateTimeOffset First = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero), Last = new(2107, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Of this offer.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Whose files they are.</summary>
    public OpenVault Vault => vault;

    /// <summary>How far it has gone, each time it is fetched; null before the first.</summary>
    public Broadcast<ArchiveState> States { get; } = new();

    /// <summary>As a file on a disk.</summary>
    public string FileName { get; } =
        (files.OnlyPath ?? files.Folder.TrimEnd('/')) is { Length: > 0 } path ? $"{Previews.FileNameOf(path)}.zip" : "files.zip";

    /// <summary>Writes it; false when a file could not be read, after which it is no archive.</summary>
    public async Task<bool> WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(output, cancellationToken);
        }
        catch
        {
            States.Publish(new ArchiveState(0, 0, IsBrokenOff: true));
            throw;
        }
    }

    async Task<bool> SendAsync(Stream output, CancellationToken cancellationToken)
    {
        var paths = new ArchivePaths();
        var sent = new ArchiveState(0, 0);
        States.Publish(sent);
        // What is stored is mostly compressed already.
        var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        foreach (var file in files.Files)
        {
            if (await AddAsync(zip, file, paths.For(file.Name.Value[files.Folder.Length..]), cancellationToken) is { } reason)
            {
                States.Publish(sent with { Failed = file.Name, Reason = reason });
                return false;
            }
            States.Publish(sent = new ArchiveState(sent.Files + 1, sent.Bytes + file.Size));
        }
        await zip.DisposeAsync();
        States.Publish(sent with { IsWhole = true });
        return true;
    }

    /// <returns>Why it could not be read; null when it is in.</returns>
    async Task<string?> AddAsync(ZipArchive zip, ObjectSummary file, string path, CancellationToken cancellationToken)
    {
        if (vault.Client.Find(file.Name) is not { } version)
            return "It was renamed or deleted meanwhile.";
        using var reader = await vault.Client.OpenAsync(version, cancellationToken);
        if (reader is null)
            return "Its manifest is damaged, or not this vault’s.";
        var entry = zip.CreateEntry(path, CompressionLevel.NoCompression);
        entry.LastWriteTime = version.Created < First ? First : version.Created > Last ? Last : version.Created;
        await using var content = await entry.OpenAsync(cancellationToken);
        return await reader.CopyRangeToAsync(0, reader.Size, content, progress: null, cancellationToken) is DownloadResult.Incomplete incomplete ? incomplete.Message : null;
    }
}

/// <summary>Names of stored files as paths that any machine can unpack: each within the archive, none twice, and none of a file that is a folder, too.</summary>
public sealed partial class ArchivePaths
{
    readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, string> folders = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> numbers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The path of a name.</summary>
    public string For(string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (key, path) = ("", "");
        foreach (var folder in parts.SkipLast(1))
        {
            key += folder + "/";
            if (!folders.TryGetValue(key, out var known))
                folders.Add(key, known = Take(path, folder) + "/");
            path = known;
        }
        return Take(path, parts.LastOrDefault() ?? "");
    }

    [GeneratedRegex(@"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Device();

    /// <summary>The first free one of: report.txt, report (2).txt, and so on.</summary>
    string Take(string folder, string part)
    {
        var safe = Previews.PartOf(part);
        var wanted = folder + (Device().IsMatch(safe) ? "_" : "") + safe;
        var path = wanted;
        var dot = wanted.LastIndexOf('.') > folder.Length ? wanted.LastIndexOf('.') : wanted.Length;
        while (!taken.Add(path))
        {
            var number = numbers[wanted] = numbers.GetValueOrDefault(wanted, 1) + 1;
            path = string.Create(CultureInfo.InvariantCulture, $"{wanted.AsSpan(0, dot)} ({number}){wanted.AsSpan(dot)}");
        }
        return path;
    }
}
