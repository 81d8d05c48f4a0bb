using Marketplace.Application.Live;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Layout;

/// <summary>For how long one waits for the chain, in words.</summary>
/// <param name="Long">A sentence.</param>
/// <param name="Short">The same where there is little room.</param>
/// <param name="Spoken">Without what changes from second to second, which nobody wants to hear.</param>
public sealed record ChainWait(string Long, string Short, string Spoken)
{
    /// <summary>Null where nobody waits longer than usual.</summary>
    public static ChainWait? Of(ChainDelay? delay) => delay switch
    {
        { Silent: { Ticks: > 0 } silent } => new ChainWait(
            $"The chain has not answered for {Figures.Whole((ulong)silent.TotalSeconds)} seconds", $"No answer for {Times.Duration(silent)}", "The chain takes long to answer."),
        { Still: { Ticks: > 0 } still } => new ChainWait(
            $"The chain has had no new block for {Times.Duration(still)}", $"No block for {Times.Duration(still)}", "The chain has no new blocks."),
        _ => null,
    };
}
