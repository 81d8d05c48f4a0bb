using System.Globalization;

namespace Marketplace.Benchmarks.Paths.Limits;

/// <summary>
/// What the parts of a transfer cost, in seconds of one core for each 10^9 bytes: of content for <paramref name="Encoding"/> and <paramref
/// name="Decoding"/>, of fragments for the others.
/// </summary>
/// <param name="Encoding">Encrypting, coding, masking and hashing, client's side.</param>
/// <param name="Decoding">Checking, unmasking and decrypting what k providers gave.</param>
/// <param name="Checking">Hashing at the provider: once when a fragment comes, once when it goes.</param>
/// <param name="Sending">A body to a server over HTTP/1.1 and TLS, both ends.</param>
/// <param name="Receiving">A body from a server, both ends.</param>
/// <param name="Writing">Into a file.</param>
/// <param name="Reading">From a file.</param>
sealed record PathCosts(
    double Encoding, double Decoding, double Checking, double Sending, double Receiving, double Writing, double Reading)
{
    /// <summary>
    /// Measures each part alone, one after the other. The sum over all parts that a byte goes through is the least that the whole path can
    /// take with these parts: no thread ever waits, and nothing is done twice.
    /// </summary>
    public static async Task<PathCosts> MeasureAsync(TransferWork work, string folder, CancellationToken cancellationToken)
    {
        using var kernels = new KernelCosts(work);
        var files = FileCosts.Measure(Path.Combine(folder, "cost-of-files"), (long)(work.Bytes * work.Expansion));
        var transport = await TransportCosts.MeasureAsync(cancellationToken);
        return new PathCosts(
            kernels.Encoding(), kernels.Decoding(), kernels.Checking(), transport.Sending, transport.Receiving, files.Writing, files.Reading);
    }

    /// <summary>The parts, to be read.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"s of a core for 10^9 bytes: encode {Encoding:0.00}, decode {Decoding:0.00}, check {Checking:0.00}, send {Sending:0.00}, receive {Receiving:0.00}, write {Writing:0.00}, read {Reading:0.00}");

    /// <summary>The least seconds that an upload can take if all cores work all the time.</summary>
    public double LeastUpload(TransferWork work) =>
        work.Bytes / 1e9 * (Reading + Encoding + work.Expansion * (Sending + Checking + Writing)) / Environment.ProcessorCount;

    /// <summary>The least seconds that a download from k providers can take.</summary>
    public double LeastDownload(TransferWork work) =>
        work.Bytes / 1e9 * (Reading + Checking + Receiving + Decoding + Writing) / Environment.ProcessorCount;
}
