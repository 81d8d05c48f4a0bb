using System.Runtime.InteropServices;
using Perfolizer.Horology;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>
/// The processor time of the calling thread, for work that one thread does: what else a machine has to do does not count, except for
/// what it takes away in the caches.
/// </summary>
sealed partial class ThreadClock : IClock
{
    const int ThreadCpuTime = 3;
    const long NanosecondsPerSecond = 1_000_000_000;

    public string Title => "processor time of the thread";

    public bool IsAvailable => OperatingSystem.IsLinux();

    public Frequency Frequency => new(NanosecondsPerSecond);

    public long GetTimestamp()
    {
        var result = GetTime(ThreadCpuTime, out var time);
        return result == 0
            ? time.Seconds * NanosecondsPerSecond + time.Nanoseconds
            : throw new InvalidOperationException($"clock_gettime failed with error {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    readonly struct Time
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
