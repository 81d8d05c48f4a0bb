using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Web.Layout;

/// <summary>What came between while parts of a page read what they show; one for each open page, and no longer than it lasts.</summary>
public sealed class PageTroubles
{
    const int LongestWords = 300;

    readonly Dictionary<object, string> told = [];

    /// <summary>Heard by whoever shows it.</summary>
    public event Action? Changed;

    /// <summary>In sentences for people; null while nothing is wrong.</summary>
    public string? Newest => told.Count == 0 ? null : told.Last().Value;

    /// <summary>What to say of a fault that nobody foresaw.</summary>
    public static string WordsOf(Exception fault) => Formatting.Texts.Name(
        (fault is EthereumRpcException ? "The chain’s endpoint did not answer as it should: " : "Something unexpected came between: ") + fault.Message, LongestWords);

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
}
