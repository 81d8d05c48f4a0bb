using Marketplace.Application.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Live;

/// <summary>The whole market at a block.</summary>
/// <param name="Head">The block.</param>
/// <param name="Now">In the epoch that runs, until now.</param>
/// <param name="Proofs">How many providers proved each of the newest epochs, the oldest first; the last one runs still.</param>
public sealed record NetworkHistory(BlockHeader Head, NetworkPoint Now, IReadOnlyList<EpochProofs> Proofs);

/// <summary>The market over some time.</summary>
/// <param name="Step">Epochs from one point to the next.</param>
/// <param name="Points">The oldest first; the last one's epochs run still.</param>
public sealed record NetworkPast(ulong Step, IReadOnlyList<NetworkPoint> Points);

/// <summary>Providers that proved an epoch, and that had to.</summary>
/// <param name="Epoch">Which.</param>
/// <param name="Providers">How many proved it; of the epoch that runs, until now.</param>
/// <param name="Missed">How many had to and did not; of the epoch that runs, those for whom it is too late.</param>
/// <param name="IsOpen">Whether more can still come.</param>
public sealed record EpochProofs(Epoch Epoch, int Providers, int Missed, bool IsOpen)
{
    /// <summary>How many had to, or did.</summary>
    public int Due => Providers + Missed;
}

/// <summary>The market at the end of an epoch, or of several that are told together.</summary>
/// <param name="Epoch">Which, or the first of them; of the one that runs, until now.</param>
/// <param name="Providers">Registered.</param>
/// <param name="Listed">On offer and not rented.</param>
/// <param name="Rented">That agreements hold.</param>
/// <param name="Asked">The price in the middle of all offers with space left, for a GiB and epoch; null without any.</param>
/// <param name="Agreed">What a GiB cost for an epoch in the agreements that were asked for in it, by their space; null without any.</param>
public sealed record NetworkPoint(Epoch Epoch, int Providers, GiB Listed, GiB Rented, TokenAmount? Asked, TokenAmount? Agreed);

/// <summary>One thing that changed the market.</summary>
abstract record NetworkChange(ulong Block)
{
    public sealed record Registered(ulong Block, Address Provider) : NetworkChange(Block);

    public sealed record Offered(ulong Block, ListingId Listing, TokenAmount Price, GiB Available) : NetworkChange(Block);

    public sealed record Left(ulong Block, ListingId Listing, GiB Available) : NetworkChange(Block);

    public sealed record Withdrawn(ulong Block, ListingId Listing) : NetworkChange(Block);

    public sealed record Reserved(ulong Block, Address Provider, GiB Total) : NetworkChange(Block);

    public sealed record Agreed(ulong Block, AgreementId Agreement, Address Provider, TokenAmount Price, GiB Space) : NetworkChange(Block);

    public sealed record Began(ulong Block, AgreementId Agreement, ObligedEpochs Obliged) : NetworkChange(Block);

    public sealed record Extended(ulong Block, AgreementId Agreement, Epoch Until) : NetworkChange(Block);

    public sealed record Missed(ulong Block, Address Provider, Epoch Through, ulong Count) : NetworkChange(Block);
}

/// <summary>Replays what changed the market, to see it as it was at the end of each epoch.</summary>
sealed class NetworkReplay
{
    readonly HashSet<Address> providers = [];
    readonly Dictionary<ListingId, (TokenAmount Price, GiB Available)> offers = [];
    readonly Dictionary<Address, GiB> reserved = [];
    UInt128 agreedSpace, agreedMoney;

    /// <summary>The points of some epochs.</summary>
    /// <param name="changes">All since the market began, in the chain's order.</param>
    /// <param name="epochs">In order.</param>
    /// <param name="firstBlocks">The first block of each; one more than the newest block where there is none.</param>
    public static IReadOnlyList<NetworkPoint> Run(IReadOnlyList<NetworkChange> changes, IReadOnlyList<Epoch> epochs, IReadOnlyList<ulong> firstBlocks)
    {
        var replay = new NetworkReplay();
        var points = new List<NetworkPoint>(epochs.Count);
        var at = 0;
        for (; at < changes.Count && changes[at].Block < firstBlocks[0]; at++)
            replay.Apply(changes[at]);
        for (var i = 0; i < epochs.Count; i++)
        {
            (replay.agreedSpace, replay.agreedMoney) = (0, 0);
            var end = i + 1 < epochs.Count ? firstBlocks[i + 1] : ulong.MaxValue;
            for (; at < changes.Count && changes[at].Block < end; at++)
                replay.Apply(changes[at]);
            points.Add(replay.See(epochs[i]));
        }
        return points;
    }

    void Apply(NetworkChange change)
    {
        switch (change)
        {
            case NetworkChange.Registered registered:
                providers.Add(registered.Provider);
                break;
            case NetworkChange.Offered offered:
                offers[offered.Listing] = (offered.Price, offered.Available);
                break;
            case NetworkChange.Left left when offers.TryGetValue(left.Listing, out var known):
                offers[left.Listing] = (known.Price, left.Available);
                break;
            // What agreements give back to it later is on offer no more.
            case NetworkChange.Withdrawn withdrawn:
                offers.Remove(withdrawn.Listing);
                break;
            case NetworkChange.Reserved space:
                reserved[space.Provider] = space.Total;
                break;
            case NetworkChange.Agreed agreed:
                agreedSpace += agreed.Space.Value;
                agreedMoney += (agreed.Price * agreed.Space.Value).Value;
                break;
        }
    }

    NetworkPoint See(Epoch epoch)
    {
        var open = offers.Values.Where(offer => offer.Available.Value > 0).Select(offer => offer.Price).Order().ToList();
        return new NetworkPoint(
            epoch, providers.Count, Sum(offers.Values.Select(offer => offer.Available)), Sum(reserved.Values),
            open.Count == 0 ? null : open[open.Count / 2], agreedSpace == 0 ? null : new TokenAmount(agreedMoney / agreedSpace));
    }

    static GiB Sum(IEnumerable<GiB> spaces) => new(spaces.Aggregate(0UL, (sum, space) => sum + Math.Min(space.Value, ulong.MaxValue - sum)));
}
