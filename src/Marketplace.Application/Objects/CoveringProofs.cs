using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Objects;

/// <summary>The newest proofs of some providers, and of what each is a proof.</summary>
sealed class CoveringProofs
{
    /// <summary>Where a provider proved nothing for so many epochs, the first proof after them counts for none.</summary>
    const ulong LongestSilence = 256;

    readonly IReadOnlyDictionary<Address, (Epoch Newest, Epoch? Before)> proofs;

    CoveringProofs(IReadOnlyDictionary<Address, (Epoch, Epoch?)> proofs) => this.proofs = proofs;

    /// <summary>Reads each provider's newest proof, and the one before it.</summary>
    /// <param name="market">The chain.</param>
    /// <param name="providers">Each once.</param>
    /// <param name="since">Older proofs are not asked for.</param>
    /// <param name="now">The epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<CoveringProofs> ReadAsync(Market market, IReadOnlyList<Address> providers, Epoch since, Epoch now, CancellationToken cancellationToken)
    {
        var last = await market.Registry.FindLastProvenAsync(providers, since, now, cancellationToken: cancellationToken);
        var proofs = new Dictionary<Address, (Epoch, Epoch?)>();
        foreach (var alike in providers.Zip(last).Where(row => row.Second is not null).GroupBy(row => row.Second!.Value, row => row.First))
        {
            var some = alike.ToList();
            var before = alike.Key.Value == 0 ? [.. some.Select(_ => (Epoch?)null)] : await market.Registry.FindLastProvenAsync(
                some, new Epoch(alike.Key.Value > LongestSilence ? alike.Key.Value - LongestSilence : 0), new Epoch(alike.Key.Value - 1), cancellationToken: cancellationToken);
            foreach (var (provider, earlier) in some.Zip(before))
                proofs.Add(provider, (alike.Key, earlier));
        }
        return new CoveringProofs(proofs);
    }

    /// <summary>
    /// The newest epoch whose proof is over a fragment; null for none. A proof commits the next checkpoint: the first after a pause is over the one from
    /// before it.
    /// </summary>
    public Epoch? Over(Address provider, ProofCover cover) =>
        proofs.TryGetValue(provider, out var proof) && proof.Newest >= cover.First && proof.Before >= cover.FirstCommitment ? proof.Newest : null;
}
