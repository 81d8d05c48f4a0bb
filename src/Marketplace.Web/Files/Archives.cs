using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using Marketplace.Application.Live;
using Marketplace.Application.Vaults;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;

namespace Marketplace.Web.Files;

/// <summary>Archives that pages offer: the browser fetches one by a plain request.</summary>
public sealed class Archives
{
    const int MostOffered = 16;

    readonly ConcurrentQueue<Archive> offered = new();

    /// <summary>Offers files as one archive; the oldest offer goes when there are too many.</summary>
    public Archive Offer(OpenVault vault, ChosenFiles files)
    {
        var archive = new Archive(vault, files);
        offered.Enqueue(archive);
        while (offered.Count > MostOffered)
            offered.TryDequeue(out _);
        return archive;
    }

    /// <summary>What was offered of a vault; null when it is not any more.</summary>
    public Archive? Find(Guid id, OpenVault vault) => offered.FirstOrDefault(archive => archive.Id == id && archive.Vault == vault);
}

/// <summary>How far an archive has gone to the browser.</summary>
/// <param name="Files">That are wholly in it.</param>
/// <param name="Bytes">Of those files.</param>
/// <param name="Failed">The file that could not be read, which ended it; null when nothing is wrong.</param>
/// <param name="Reason">Why it could not be.</param>
/// <param name="IsWhole">Whether all of it was sent.</param>
public sealed record ArchiveState(int Files, long Bytes, ObjectName? Failed = null, string? Reason = null, bool IsWhole = false);

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
        States.Publish(new ArchiveState(0, 0));
        var paths = new ArchivePaths();
        var sent = new ArchiveState(0, 0);
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

/// <summary>Names of stored files as paths that any machine can unpack: each within the archive, and none twice.</summary>
public sealed class ArchivePaths
{
    readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The path of a name.</summary>
    public string For(string name)
    {
        var path = string.Join('/', name.Split('/').Where(part => part.Length > 0).Select(Previews.PartOf).DefaultIfEmpty("file"));
        if (taken.Add(path))
            return path;
        var dot = path.LastIndexOf('.') > path.LastIndexOf('/') + 1 ? path.LastIndexOf('.') : path.Length;
        for (var number = 2; ; number++)
        {
            var other = string.Create(CultureInfo.InvariantCulture, $"{path.AsSpan(0, dot)} ({number}){path.AsSpan(dot)}");
            if (taken.Add(other))
                return other;
        }
    }
}
