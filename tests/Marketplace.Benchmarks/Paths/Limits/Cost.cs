using System.Diagnostics;

namespace Marketplace.Benchmarks.Paths.Limits;

/// <summary>How costs are taken.</summary>
static class Cost
{
    static readonly TimeSpan Enough = TimeSpan.FromMilliseconds(150);

    /// <summary>Processor seconds of this process for 10^9 bytes: what others do on the machine at the time does not count.</summary>
    /// <param name="bytes">Of one call.</param>
    /// <param name="call">Done once to warm up, then again and again.</param>
    public static double Of(long bytes, Action call)
    {
        call();
        using var self = Process.GetCurrentProcess();
        var began = self.TotalProcessorTime;
        var done = 0L;
        TimeSpan spent;
        do
        {
            call();
            done += bytes;
            self.Refresh();
            spent = self.TotalProcessorTime - began;
        }
        while (spent < Enough);
        return spent.TotalSeconds / done * 1e9;
    }

    /// <inheritdoc cref="Of(long, Action)"/>
    public static async Task<double> OfAsync(long bytes, Func<Task> call)
    {
        await call();
        using var self = Process.GetCurrentProcess();
        var began = self.TotalProcessorTime;
        var done = 0L;
        TimeSpan spent;
        do
        {
            await call();
            done += bytes;
            self.Refresh();
            spent = self.TotalProcessorTime - began;
        }
        while (spent < Enough);
        return spent.TotalSeconds / done * 1e9;
    }
}
