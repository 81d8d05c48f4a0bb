using System.Diagnostics;
using System.Security.Cryptography;

namespace Marketplace.Benchmarks.Paths.Limits;

/// <summary>
/// Files as fragments and content are written and read: anew, in calls of 64 KiB, as much as the transfer writes. A small file that is written
/// again and again would get the same warm pages each time, which costs a fraction of what new ones do.
/// </summary>
sealed record FileCosts(double Writing, double Reading)
{
    const int Call = 64 << 10, Size = 64 << 20;

    /// <param name="folder">A new one; gone afterwards.</param>
    /// <param name="bytes">How much is written.</param>
    public static FileCosts Measure(string folder, long bytes)
    {
        Directory.CreateDirectory(folder);
        try
        {
            var buffer = RandomNumberGenerator.GetBytes(Call);
            var files = Enumerable.Range(0, (int)Math.Max(1, bytes / Size)).Select(number => Path.Combine(folder, $"{number}")).ToList();
            return new FileCosts(Seconds(files, file => Write(file, buffer)), Seconds(files, file => Read(file, buffer)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static double Seconds(List<string> files, Action<string> call)
    {
        using var self = Process.GetCurrentProcess();
        var began = self.TotalProcessorTime;
        files.ForEach(call);
        self.Refresh();
        return (self.TotalProcessorTime - began).TotalSeconds / ((double)files.Count * Size) * 1e9;
    }

    static void Write(string path, byte[] buffer)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, preallocationSize: Size);
        for (var at = 0; at < Size; at += Call)
            RandomAccess.Write(file, buffer, at);
    }

    static void Read(string path, byte[] buffer)
    {
        using var file = File.OpenHandle(path);
        for (var at = 0; at < Size; at += Call)
            RandomAccess.Read(file, buffer, at);
    }
}
