using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Downloads;

/// <summary>A provider that did not give what it keeps.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Provider">The provider's owner address.</param>
/// <param name="Failure">What it did.</param>
public sealed record ProviderReport(AgreementId Agreement, Address Provider, ProviderFailure Failure);

/// <summary>How a download ended. Every byte that was handed out had passed its checks.</summary>
public abstract record DownloadResult
{
    DownloadResult(long bytes, IReadOnlyList<ProviderReport> reports) => (Bytes, Reports) = (bytes, reports);

    /// <summary>Bytes handed out.</summary>
    public long Bytes { get; }

    /// <summary>Providers that failed or lied on the way, each once.</summary>
    public IReadOnlyList<ProviderReport> Reports { get; }

    /// <summary>Everything that was asked for was handed out.</summary>
    public sealed record Complete(long Length, IReadOnlyList<ProviderReport> Failed) : DownloadResult(Length, Failed);

    /// <summary>The rest cannot be had now.</summary>
    /// <param name="HandedOut">Bytes handed out before.</param>
    /// <param name="Failed">Who failed.</param>
    /// <param name="Message">For people.</param>
    public sealed record Incomplete(
        long HandedOut, IReadOnlyList<ProviderReport> Failed, string Message) : DownloadResult(HandedOut, Failed);
}

/// <summary>How far a download is.</summary>
/// <param name="Bytes">Handed out.</param>
/// <param name="Total">Asked for.</param>
public readonly record struct DownloadProgress(long Bytes, long Total);

/// <summary>How downloads are done.</summary>
public sealed record DownloadOptions
{
    /// <summary>Bytes for what is read ahead. Default 256 MiB; one segment is always read, whatever it takes.</summary>
    public long MemoryBudget { get; init; } = 256L << 20;

    /// <summary>
    /// When nothing has arrived for so long, further providers are asked beside the slow ones; sooner where most of the others have answered
    /// long ago. Default 3 s.
    /// </summary>
    public TimeSpan HedgeAfter { get; init; } = TimeSpan.FromSeconds(3);
}
