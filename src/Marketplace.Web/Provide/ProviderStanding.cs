using Marketplace.Application.Providers;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Provide;

/// <summary>All that the page of a provider shows.</summary>
/// <param name="Description">What the chain knows of it.</param>
/// <param name="Duties">What its owner has to look after.</param>
/// <param name="Agreements">That are not over, and proposals; by number.</param>
/// <param name="Earnings">Everything ever credited.</param>
/// <param name="Audits">Every one that was ever demanded of it.</param>
public sealed record ProviderStanding(
    ProviderDescription Description, ProviderDuties Duties, IReadOnlyList<AgreementInfo> Agreements, IReadOnlyList<Earning> Earnings,
    IReadOnlyList<AuditInfo> Audits)
{
    /// <summary>Below this the node soon cannot pay the fees of its proofs: 0.01 ether.</summary>
    static readonly UInt128 LowEther = 10_000_000_000_000_000;

    /// <summary>The epoch.</summary>
    public Epoch Now => Duties.Now;

    /// <summary>Proposals that wait for an answer.</summary>
    public IReadOnlyList<AgreementInfo> Requests => [.. Agreements.Where(agreement => agreement.State == AgreementState.Proposed)];

    /// <summary>Those that hold space.</summary>
    public IReadOnlyList<AgreementInfo> Running =>
        [.. Agreements.Where(agreement => agreement.State is AgreementState.Active or AgreementState.Terminated && agreement.End > Now)];

    /// <summary>GiB that the free stake allows to be rented beside what is.</summary>
    public GiB Room
    {
        get
        {
            if (Duties.StakePerGiB == TokenAmount.Zero)
                return new GiB(0);
            var covered = (ulong)UInt128.Min(Duties.Cover.Value / Duties.StakePerGiB.Value, ulong.MaxValue);
            return new GiB(covered > Description.Stake.Reserved.Value ? covered - Description.Stake.Reserved.Value : 0);
        }
    }

    /// <summary>What running agreements bring in some epochs, net of the protocol's fee, if all run on and every epoch is proven.</summary>
    public TokenAmount ProjectionOf(ulong epochs) => Running.Aggregate(TokenAmount.Zero, (sum, agreement) => sum + NetOf(agreement) * epochs);

    /// <summary>What needs its owner's attention, the gravest first.</summary>
    public IReadOnlyList<string> Alerts()
    {
        var alerts = new List<string>();
        foreach (var audit in Audits.Where(audit => audit.State == AuditState.Demanded))
        {
            alerts.Add($"Audit {audit.Id} of agreement {audit.Agreement} wants an answer until {Times.Moment(audit.Deadline)}. "
                + $"The node answers by itself while it runs; else {Figures.Tokens(audit.Penalty)} are slashed.");
        }
        if (Running.Any(agreement => agreement.Start < Now) && Description.Proofs.LastOrDefault(proof => proof.Epoch < Now) is { IsProven: false } missed)
            alerts.Add($"Epoch {missed.Epoch} was not proven. Look whether the node runs and reaches the chain.");
        if (Duties.OperatorEther.Value < LowEther)
        {
            alerts.Add($"The node’s account {Texts.Short(Description.Info.Particulars.Operator)} has {Figures.Ether(Duties.OperatorEther)} left for fees. "
                + "Send it some ether.");
        }
        if (Room.Value == 0 && Description.Listings.Any(listing => !listing.IsWithdrawn && listing.Terms.Available.Value > 0))
            alerts.Add("Your stake covers no more space: nobody can take your offers until you stake more.");
        if (Requests.Count > 0)
            alerts.Add(Requests.Count == 1 ? "One request waits for your answer." : $"{Requests.Count} requests wait for your answer.");
        return alerts;
    }

    static TokenAmount NetOf(AgreementInfo agreement)
    {
        var gross = agreement.Price * agreement.Space.Value;
        return new TokenAmount(gross.Value - gross.Value * agreement.ProtocolFeeBps / 10_000);
    }
}
