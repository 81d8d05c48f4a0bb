using Marketplace.Ethereum.JsonRpc;
using Microsoft.Extensions.Logging;

namespace Marketplace.Web.Layout;

/// <summary>What came between while parts of a page read what they show; one for each open page, and no longer than it lasts.</summary>
/// <param name="log">Has what the page does not say.</param>
public sealed partial class PageTroubles(ILogger<PageTroubles> log)
{
    /// <summary>Where there is more to know.</summary>
    public const string LogHasMore = "The gateway’s log has more.";

    const int LongestWords = 300;

    readonly Dictionary<object, string> told = [];

    /// <summary>Heard by whoever shows it.</summary>
    public event Action? Changed;

    /// <summary>In sentences for people; null while nothing is wrong.</summary>
    public string? Newest => told.Count == 0 ? null : told.Last().Value;

    /// <summary>What to say of a fault that nobody foresaw. It is written to the log, unless the same part says the same already: what is tried again is not written again.</summary>
    /// <param name="part">Which part of the page.</param>
    /// <param name="fault">What came between.</param>
    public string Explain(object part, Exception fault)
    {
        var words = Formatting.Texts.Sentence(
            (fault is EthereumRpcException ? "The chain’s endpoint did not answer as it should: " : "Something unexpected came between: ") + fault.Message, LongestWords);
        if (told.GetValueOrDefault(part) != words)
            LogFault(part.GetType().Name, fault);
        return words;
    }

    /// <summary>Says what came between, or with null that it is over.</summary>
    /// <param name="part">Which part of the page.</param>
    /// <param name="trouble">Sentences for people.</param>
    public void Tell(object part, string? trouble)
    {
        var before = Newest;
        told.Remove(part);
        if (trouble is not null)
            told.Add(part, trouble);
        if (Newest != before)
            Changed?.Invoke();
    }

    [LoggerMessage(EventId = 7001, Level = LogLevel.Error, Message = "Something that nobody foresaw came between in {Part}; the page says so.")]
    partial void LogFault(string part, Exception fault);
}
