using System.Security.Cryptography;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Commands;

/// <summary>A file that appears under its name only when it is whole; until then, and after a failure, nothing is there.</summary>
internal static class ReceivedFile
{
    /// <summary>Refuses early what could not be written later.</summary>
    /// <exception cref="CommandRefusal">output-exists or output-invalid.</exception>
    public static void Check(string path, bool force)
    {
        if (Directory.Exists(path))
            throw new CommandRefusal("output-invalid", $"{Printable.Escape(path)} is a folder; name a file in it with -o.");
        if (!force && Path.Exists(path))
            throw OutputExists(path);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is not { } folder || !Directory.Exists(folder))
            throw new CommandRefusal("output-invalid", $"The folder of {Printable.Escape(path)} does not exist.");
    }

    /// <summary>Writes a file beside its place and moves it there when <paramref name="write"/> says that it is whole.</summary>
    /// <param name="path">Checked with <see cref="Check"/> before.</param>
    /// <param name="force">Whether a file that is there is replaced.</param>
    /// <param name="write">Writes the contents; false gives them up.</param>
    /// <param name="cancellationToken">Leaves nothing behind.</param>
    /// <exception cref="CommandRefusal">output-exists: it came into being meanwhile.</exception>
    public static async Task WriteAsync(string path, bool force, Func<Stream, Task<bool>> write, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        var part = Path.Combine(Path.GetDirectoryName(full)!, $".marketplace-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.part");
        try
        {
            bool isWhole;
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                isWhole = await write(file);
                await file.FlushAsync(cancellationToken);
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (isWhole)
                Move(part, full, force);
        }
        finally
        {
            File.Delete(part);
        }
    }

    static void Move(string part, string path, bool force)
    {
        try
        {
            File.Move(part, path, overwrite: force);
        }
        catch (IOException) when (!force && Path.Exists(path))
        {
            throw OutputExists(path);
        }
    }

    static CommandRefusal OutputExists(string path) =>
        new("output-exists", $"{Printable.Escape(path)} exists already and was left as it is; use --force, or another file with -o.");
}
