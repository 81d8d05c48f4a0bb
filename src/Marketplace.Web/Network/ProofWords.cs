using Marketplace.Application.Live;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Network;

/// <summary>Epochs' proofs as people say them.</summary>
public static class ProofWords
{
    /// <summary>11 of 12; of the epoch that runs, how many until now.</summary>
    public static string Of(EpochProofs epoch) =>
        epoch.IsOpen ? $"{Figures.Whole((ulong)epoch.Providers)} so far" : epoch.Due == 0 ? "nobody had to" : $"{Figures.Whole((ulong)epoch.Providers)} of {Figures.Whole((ulong)epoch.Due)}";

    /// <summary>The newest epoch that is over, in a sentence.</summary>
    public static string Of(IReadOnlyList<EpochProofs> epochs) => epochs.LastOrDefault(epoch => !epoch.IsOpen) switch
    {
        null => "No epoch is over yet.",
        { Due: 0 } last => $"Nobody had to prove epoch {last.Epoch}.",
        { } last => $"{Of(last)} {(last.Due == 1 ? "provider" : "providers")} that had to prove epoch {last.Epoch} did.",
    };
}
