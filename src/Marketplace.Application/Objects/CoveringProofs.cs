using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Objects;

/// <summary>Finds the proofs that are over what was stored in an epoch.</summary>
/// <param name="market">The chain.</param>
sealed class CoveringProofs(Market market)
{
    /// <summary>Where a provider proved nothing for so many epochs, the first proof after them counts for none.</summary>
    const ulong LongestSilence = 256;

    /// <summary>The newest such epoch of each provider that has proven one.</summary>
    /// <param name="providers">Each once.</param>
    /// <param name="stored">The epoch in which it was stored.</param>
    /// <param name="now">The epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<Address, Epoch>> FindAsync(
        IReadOnlyList<Address> providers, Epoch stored, Epoch now, CancellationToken cancellationToken)
    {
        var cover = new ProofCover(stored, default);
        var last = await market.Registry.FindLastProvenAsync(providers, cover.First, now, cancellationToken: cancellationToken);
        var proven = providers.Zip(last, (provider, epoch) => (Provider: provider, Epoch: epoch)).Where(row => row.Epoch is not null)
            .Select(row => (row.Provider, Epoch: row.Epoch!.Value)).ToList();
        // A proof commits the next checkpoint: the first after a pause is over the one from before it.
        var commitments = await market.Registry.CountProvenManyAsync(
            [.. proven.Select(row => (row.Provider, EarliestOf(row.Epoch, cover), row.Epoch))], cancellationToken: cancellationToken);
        return proven.Where((_, i) => commitments[i] > 0).ToDictionary(row => row.Provider, row => row.Epoch);
    }

    static Epoch EarliestOf(Epoch proof, ProofCover cover) =>
        proof - cover.FirstCommitment > LongestSilence ? new Epoch(proof.Value - LongestSilence) : cover.FirstCommitment;
}
