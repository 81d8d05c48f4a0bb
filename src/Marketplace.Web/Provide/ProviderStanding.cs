using Marketplace.Application.Agreements;
using Marketplace.Application.Providers;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;

namespace Marketplace.Web.Provide;

/// <summary>What every part of a provider's page goes by.</summary>
/// <param name="Description">What the chain knows of it.</param>
/// <param name="Duties">What its owner has to look after.</param>
/// <param name="Agreements">That are not over, and proposals; by number.</param>
/// <param name="Dues">What each of those still pays.</param>
/// <param name="Audits">Every one that was ever demanded of it.</param>
/// <param name="Node">How its node answered; null before it did or did not.</param>
public sealed record ProviderStanding(
    ProviderDescription Description, ProviderDuties Duties, IReadOnlyList<AgreementInfo> Agreements, IReadOnlyDictionary<AgreementId, AgreementDue> Dues,
    IReadOnlyList<AuditInfo> Audits, NodeAnswer? Node = null)
{
    /// <summary>The epoch.</summary>
    public Epoch Now => Duties.Now;

    /// <summary>Below this the node soon cannot pay the fees of its proofs: 0.01 ether.</summary>
    static readonly UInt128 LowEther = 10_000_000_000_000_000;

    /// <summary>Whether the node soon cannot pay the fees of its proofs.</summary>
    public bool IsShortOfEther => Duties.OperatorEther.Value < LowEther;

    /// <summary>Whether it never proved anything.</summary>
    public bool IsNew => Description.Record.Proven == 0;

    /// <summary>Proposals that wait for an answer.</summary>
    public IReadOnlyList<AgreementInfo> Requests => [.. Agreements.Where(agreement => agreement.State == AgreementState.Proposed)];

    /// <summary>Those that hold space.</summary>
    public IReadOnlyList<AgreementInfo> Running =>
        [.. Agreements.Where(agreement => agreement.State is AgreementState.Active or AgreementState.Terminated && agreement.End > Now)];

    /// <summary>Space that is on offer and not rented.</summary>
    public GiB Listed => new(Description.Listings.Where(listing => !listing.IsWithdrawn)
        .Aggregate(0UL, (sum, listing) => sum + Math.Min(listing.Terms.Available.Value, ulong.MaxValue - sum)));

    /// <summary>What could still arrive for space that is rented out, beside what the newest checkpoint holds.</summary>
    public ulong PromisedBytes
    {
        get
        {
            var reserved = Description.Stake.Reserved.Value > ulong.MaxValue >> 30 ? ulong.MaxValue : Description.Stake.Reserved.Value << 30;
            var stored = (ulong)(Duties.StoredBytes ?? 0);
            return reserved > stored ? reserved - stored : 0;
        }
    }

    /// <summary>What the node's disks can take beside what is promised; null where the node did not say.</summary>
    public ulong? FreeForOffers => Node is NodeAnswer.There { FreeBytes: var free } ? free - Math.Min(free, PromisedBytes) : null;

    /// <summary>What becomes of its disks; null where the node did not say what they can take.</summary>
    public DiskUse? Disk => Node is NodeAnswer.There { FreeBytes: var free } && FreeForOffers is { } beyond
        ? new DiskUse((ulong)(Duties.StoredBytes ?? 0), free - beyond, beyond) : null;

    /// <summary>GiB that the free stake allows to be rented beside what is; null for any, where space needs no stake.</summary>
    public GiB? Room => Description.Stake.RoomWith(Duties.Parameters);

    /// <summary>Stake that is missing behind what is rented out, after slashes or a change of the market's numbers.</summary>
    public TokenAmount MissingCover
    {
        get
        {
            var needed = Duties.StakePerGiB * Description.Stake.Reserved.Value;
            return needed > Duties.Cover ? needed - Duties.Cover : TokenAmount.Zero;
        }
    }

    /// <inheritdoc cref="Marketplace.Chain.Stakes.ProviderStake.MissCostWith"/>
    public TokenAmount MissCostWith(GiB more) => Description.Stake.MissCostWith(Duties.Parameters, more);

    /// <summary>Epochs that were missed one after another until now, as far back as is known; those with nothing to prove aside.</summary>
    public IReadOnlyList<Epoch> MissedInARow =>
        [.. Description.Proofs.Reverse().Where(proof => proof.Outcome is EpochOutcome.Proven or EpochOutcome.Missed)
            .TakeWhile(proof => proof.Outcome == EpochOutcome.Missed).Select(proof => proof.Epoch).Reverse()];

    /// <summary>What running agreements bring in the next epochs, net of the protocol's fee, if nobody ends one early and every epoch is proven.</summary>
    public TokenAmount ProjectionOf(ulong epochs) => Running.Aggregate(TokenAmount.Zero, (sum, agreement) => sum + ProjectionOf(agreement, epochs));

    /// <summary>
    /// What agreements still pay the provider and its delegators, net of the fee, if every epoch to come is proven: those that are over, too, as long as what
    /// was proven can be collected.
    /// </summary>
    public TokenAmount StillToCome => Agreements.Aggregate(TokenAmount.Zero, (sum, agreement) => sum + StillToComeOf(agreement));

    /// <summary>As <see cref="StillToCome"/>, of one agreement.</summary>
    public TokenAmount StillToComeOf(AgreementInfo agreement) => Dues.GetValueOrDefault(agreement.Id) is { } due ? NetOf(agreement, due.Total) : TokenAmount.Zero;

    TokenAmount ProjectionOf(AgreementInfo agreement, ulong epochs)
    {
        var (from, last) = (Math.Max(Now.Value, agreement.Start.Value), Math.Min(agreement.End.Value, Now.Value + epochs));
        return last <= from ? TokenAmount.Zero : NetOf(agreement, agreement.Price * agreement.Space.Value * (last - from));
    }

    /// <summary>What is left of a payout by an agreement, without the protocol's fee.</summary>
    public static TokenAmount NetOf(AgreementInfo agreement, TokenAmount gross)
    {
        // Without the fee: the part and the remainder apart, so that nothing overflows.
        var (whole, rest) = UInt128.DivRem(gross.Value, 10_000);
        return new TokenAmount(gross.Value - whole * agreement.ProtocolFeeBps - rest * agreement.ProtocolFeeBps / 10_000);
    }
}
