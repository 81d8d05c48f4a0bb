using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Marketplace.Ethereum.Accounts;

/// <summary>
/// What scrypt fills and walks: 128 MiB and more, needed for half a second. It is the system's own memory, erased and gone when disposed: the
/// collector would keep an array of that size, and a command's memory would stay that much higher to its end.
/// </summary>
sealed unsafe partial class ScryptMemory : IDisposable
{
    const nuint HugePage = 2 << 20;

    readonly int words;
    uint* start;

    public ScryptMemory(int words)
    {
        this.words = words;
        start = (uint*)NativeMemory.AlignedAlloc((nuint)words * sizeof(uint), HugePage);
        // The walk jumps about: with pages of 4 KiB nearly every step misses the processor's table of them.
        const int hugePage = 14;
        if (OperatingSystem.IsLinux())
            _ = Advise(start, (nuint)words * sizeof(uint), hugePage);
    }

    /// <summary>Not cleared: scrypt writes each word before it reads it.</summary>
    public Span<uint> Words
    {
        get
        {
            ObjectDisposedException.ThrowIf(start is null, this);
            return new(start, words);
        }
    }

    public void Dispose()
    {
        if (start is null)
            return;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(Words));
        NativeMemory.AlignedFree(start);
        start = null;
    }

    /// <summary>Only advice: where the system does not take it, deriving is slower and nothing else.</summary>
    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
