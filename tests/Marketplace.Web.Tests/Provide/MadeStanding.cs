using Marketplace.Application.Agreements;
using Marketplace.Application.Providers;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Parameters;
using Marketplace.Chain.Registry;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Provide;

namespace Marketplace.Web.Tests.Provide;

/// <summary>A provider that stopped: 28 GiB at 20 of stake each are covered, and two of them are rented.</summary>
static class MadeStanding
{
    /// <summary>Its outcomes end with the epoch that runs.</summary>
    public static ProviderStanding Standing(ulong stake, ulong proven = 38, ulong stakePerGiB = 20, IReadOnlyList<EpochOutcome>? epochs = null)
    {
        var own = TokenAmount.FromTokens(stake);
        var description = new ProviderDescription(
            new ProviderInfo(Address.Zero, new Epoch(0), new ProviderParticulars(Address.Zero, "https://node.example", Hash256.Zero, "DE", "")),
            new ProviderTrackRecord(proven, 111, TokenAmount.FromTokens(440)),
            new ProviderStake(own, TokenAmount.Zero, new Epoch(0), TokenAmount.Zero, TokenAmount.Zero, TokenAmount.Zero, new GiB(2)),
            new ProviderCommission(false, 0, 0, new Epoch(0)), [],
            [.. (epochs ?? []).Select((outcome, at) => new ProviderEpoch(new Epoch(151 - (ulong)epochs!.Count + (ulong)at), outcome))]);
        return new ProviderStanding(
            description, new ProviderDuties(TokenAmount.Zero, TokenAmount.Zero, own, new MarketParameters { StakePerGiB = TokenAmount.FromTokens(stakePerGiB), Treasury = Address.Zero }, new Wei(0), null, new Epoch(150)),
            [Agreement(1, end: 240), Agreement(2, end: 149)],
            new Dictionary<AgreementId, AgreementDue>
            {
                [new AgreementId(1)] = new(TokenAmount.FromTokens(2), TokenAmount.FromTokens(8)), [new AgreementId(2)] = new(TokenAmount.FromTokens(5), TokenAmount.Zero),
            }, []);
    }

    public static AgreementInfo Agreement(ulong number, ulong end) => new()
    {
        Id = new AgreementId(number), Consumer = Address.Zero, Provider = Address.Zero, DataKey = Address.Zero, State = AgreementState.Active, Listing = new ListingId(1),
        Space = new GiB(1), Start = new Epoch(1), End = new Epoch(end), Term = end - 1, BillingCycle = 10, SettlementGrace = 3, TerminationNotice = 1, ProtocolFeeBps = 200,
        Price = TokenAmount.FromTokens(1), EgressPrice = TokenAmount.Zero, Deposited = TokenAmount.FromTokens(100), Paid = TokenAmount.Zero, Refunded = TokenAmount.Zero,
        Remaining = TokenAmount.FromTokens(68),
    };
}
