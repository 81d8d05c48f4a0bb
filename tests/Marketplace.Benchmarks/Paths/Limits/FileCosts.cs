using System.Security.Cryptography;

namespace Marketplace.Benchmarks.Paths.Limits;

/// <summary>Files as fragments and content are written and read: anew, in calls of 64 KiB.</summary>
sealed record FileCosts(double Writing, double Reading)
{
    const int Call = 64 << 10, Size = 64 << 20;

    public static FileCosts Measure(string path)
    {
        var buffer = RandomNumberGenerator.GetBytes(Call);
        var writing = Cost.Of(Size, () =>
        {
            File.Delete(path);
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, preallocationSize: Size);
            for (var at = 0; at < Size; at += Call)
                RandomAccess.Write(file, buffer, at);
        });
        var reading = Cost.Of(Size, () =>
        {
            using var file = File.OpenHandle(path);
            for (var at = 0; at < Size; at += Call)
                RandomAccess.Read(file, buffer, at);
        });
        File.Delete(path);
        return new FileCosts(writing, reading);
    }
}
