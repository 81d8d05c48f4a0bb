using System.Diagnostics;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Catalog;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>A file below a folder that is stored.</summary>
internal readonly record struct FolderFile(string Path, ObjectName Name);

/// <summary>marketplace put FOLDER: every file below it as an object, small ones by the thousand in one request.</summary>
internal static class PutFolder
{
    /// <summary>Ordinary files below a folder; links are not followed, so that nothing is stored twice or from elsewhere.</summary>
    /// <exception cref="CommandRefusal">A path is no possible name, or there is no file.</exception>
    public static IReadOnlyList<FolderFile> List(string folder, string name)
    {
        var below = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        var files = Directory.EnumerateFiles(folder, "*", below).Order(StringComparer.Ordinal)
            .Select(path => new FolderFile(path, ObjectArguments.Parse($"{name}/{Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')}")))
            .ToList();
        return files.Count > 0 ? files : throw new CommandRefusal("not-found", $"There are no files in {Printable.Escape(folder)}.");
    }

    /// <summary>Stores them, and tells what came of it.</summary>
    /// <exception cref="CommandRefusal">A name is taken, or not everything was stored.</exception>
    public static async Task RunAsync(
        CommandContext context, VaultSession session, IReadOnlyList<FolderFile> files, bool mayReplace, CodingScheme? coding, CancellationToken cancellationToken)
    {
        if (!mayReplace && files.FirstOrDefault(file => session.Client.Find(file.Name) is not null) is { Path: not null } taken)
            throw new CommandRefusal("name-exists", $"There is an object '{ObjectArguments.Shown(taken.Name)}' already; use --replace, or another --name.");
        var started = Stopwatch.GetTimestamp();
        var size = files.Sum(file => new FileInfo(file.Path).Length);
        var results = await context.Terminal.WithProgressAsync(
            $"{files.Count} files",
            tell => session.Client.PutManyAsync(files.Select(file => new UploadItem(file.Name, () => FileUploadSource.Open(file.Path))), Teller(context, tell, size), cancellationToken));
        var stored = results.Where(item => item.Result is UploadResult.Stored).ToList();
        if (stored.Count < files.Count)
            throw Partly(session, results, stored.Count, files.Count, coding);
        Tell(context, session, stored, Stopwatch.GetElapsedTime(started));
    }

    static CommandRefusal Partly(VaultSession session, IReadOnlyList<UploadedItem> results, int stored, int files, CodingScheme? coding)
    {
        var first = results.First(item => item.Result is UploadResult.Refused);
        var refusal = PutCommand.RefusalFor(((UploadResult.Refused)first.Result).Refusal);
        return new CommandRefusal(refusal.Code, $"{stored} of {files} files were stored. '{ObjectArguments.Shown(first.Name)}' was not: {refusal.Message}");
    }

    static TellingProgress<UploadProgress> Teller(CommandContext context, Action<long, long> tell, long size)
    {
        long whole = 0, last = 0;
        return new(progress =>
        {
            // Each batch, and each large file, counts from zero.
            if (progress.ContentBytes < last)
                whole += last;
            last = progress.ContentBytes;
            tell(Math.Min(whole + last, size), size);
            if (progress.Note is { } note)
                context.Terminal.Warn(Printable.Escape(note));
        });
    }

    static void Tell(CommandContext context, VaultSession session, List<UploadedItem> stored, TimeSpan elapsed)
    {
        var (bytes, seconds) = (stored.Sum(item => item.Size), Math.Max(elapsed.TotalSeconds, 0.001));
        context.Terminal.Result(
            new
            {
                files = stored.Count,
                size = bytes,
                codings = stored.Select(item => ((UploadResult.Stored)item.Result).Coding.Name).Distinct(),
                replaced = stored.SelectMany(item => ((UploadResult.Stored)item.Result).Replaced).Distinct(),
                seconds = Math.Round(elapsed.TotalSeconds, 3),
                recoverable = Publication.Check(context, session.Client),
            },
            console => console.WriteLine($"Stored {stored.Count} files: {Figures.Bytes(bytes)}, {stored.Count / seconds:0} files/s."));
    }
}
