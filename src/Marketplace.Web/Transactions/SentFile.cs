using Marketplace.Chain.Deployments;
using Marketplace.Ethereum.Accounts;
using Microsoft.Extensions.Logging;

namespace Marketplace.Web.Transactions;

/// <summary>
/// Where the transactions that wallets sent are written down, so that they are followed further after the gateway was started anew. Whatever is wrong with the
/// file is logged, and stops nothing: it holds nothing that the chain does not have.
/// </summary>
/// <param name="path">In a folder that is there; for its owner only.</param>
/// <param name="market">Of another one's nothing is taken.</param>
/// <param name="log">What is wrong with the file.</param>
public sealed partial class SentFile(string path, Deployment market, ILogger<SentFile> log)
{
    /// <summary>What is longer was not written here.</summary>
    const int LongestFile = 32 << 20;

    byte[]? written;

    /// <summary>Those of the last run; none where there is no file, or none that was written here.</summary>
    public IReadOnlyList<SentTransaction> Read()
    {
        try
        {
            if (!File.Exists(path))
                return [];
            if (new FileInfo(path).Length > LongestFile)
                throw new FormatException("It is too long.");
            return SentDocument.Read(File.ReadAllBytes(path), market);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            LogUnreadable(path, fault.Message);
            return [];
        }
    }

    /// <summary>Writes all of them down, if anything changed that another run has to know.</summary>
    public void Write(IReadOnlyList<SentTransaction> transactions)
    {
        var contents = SentDocument.Write(transactions, market);
        if (written is not null && contents.AsSpan().SequenceEqual(written))
            return;
        try
        {
            DurableWrite.Replace(path, contents);
            written = contents;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(path, fault.Message);
        }
    }

    [LoggerMessage(EventId = 7101, Level = LogLevel.Warning, Message = "{Path} cannot be read, and is begun anew; transactions of an earlier run are not followed. {Reason}")]
    partial void LogUnreadable(string path, string reason);

    [LoggerMessage(EventId = 7102, Level = LogLevel.Warning, Message = "{Path} cannot be written; transactions that are under way are followed for as long as the gateway runs. {Reason}")]
    partial void LogUnwritable(string path, string reason);
}
