using System.Security.Cryptography;

namespace Marketplace.Client.Downloads;

/// <summary>Puts a download into a file that appears under its name only when it is whole.</summary>
public static class FileDownload
{
    /// <summary>Downloads into <paramref name="path"/>, which is replaced if it exists; after a failure nothing is left behind.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task<DownloadResult> ToFileAsync(
        ObjectReader reader, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        var part = Path.Combine(
            Path.GetDirectoryName(full)!, $".marketplace-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.part");
        try
        {
            DownloadResult result;
            using (var file = File.OpenHandle(part, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                var at = 0L;
                // Written by the thread that decrypts: waking another one for each run of blocks costs more than it brings.
                result = await reader.CopyRangeAsync(0, reader.Size, Write, progress, cancellationToken);

                ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken _)
                {
                    RandomAccess.Write(file, bytes.Span, at);
                    at += bytes.Length;
                    return default;
                }
            }
            if (result is DownloadResult.Complete)
                File.Move(part, full, overwrite: true);
            return result;
        }
        finally
        {
            File.Delete(part);
        }
    }
}
