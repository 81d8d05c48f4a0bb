using System.Globalization;
using Marketplace.Benchmarks.Machine;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>`openssl speed`, the usual measure of a cipher on a machine.</summary>
static class OpenSslSpeed
{
    /// <summary>What a cipher reaches for a second, in GB/s; null if the program is not there or does not know the cipher.</summary>
    /// <param name="cipher">As -evp takes it.</param>
    /// <param name="bytes">To a call.</param>
    /// <param name="threads">Processes at a time, whose speeds are added; one is timed by its processor time, as ours is.</param>
    /// <param name="decrypt">Whether to decrypt.</param>
    public static double? Measure(string cipher, int bytes, int threads, bool decrypt = false)
    {
        List<string> arguments = ["speed", "-mr", "-seconds", "1", "-bytes", bytes.ToString(CultureInfo.InvariantCulture)];
        if (threads > 1)
            arguments.AddRange(["-elapsed", "-multi", threads.ToString(CultureInfo.InvariantCulture)]);
        if (decrypt)
            arguments.Add("-decrypt");
        return Programs.TryRun("openssl", [.. arguments, "-evp", cipher]) is { } output ? Parse(output) : null;
    }

    /// <summary>The last line for machines, "+F:index:name:bytes a second", is the sum over all processes.</summary>
    static double? Parse(string output) =>
        output.Split('\n').LastOrDefault(line => line.StartsWith("+F:", StringComparison.Ordinal)) is { } line
        && double.TryParse(line.Split(':')[^1], CultureInfo.InvariantCulture, out var speed)
            ? speed / 1e9
            : null;
}
