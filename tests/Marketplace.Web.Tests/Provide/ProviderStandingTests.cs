using Marketplace.Application.Agreements;
using Marketplace.Application.Providers;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Registry;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Provide;

namespace Marketplace.Web.Tests.Provide;

/// <summary>A provider that stopped: 28 GiB at 20 of stake each are covered, and two of them are rented.</summary>
public sealed class ProviderStandingTests
{
    [Fact]
    public void StillToCome_IsWhatIsDue_NetOfTheFee_AndNotWhatTheEscrowHolds()
    {
        var standing = Standing(stake: 560);

        Assert.Equal(new TokenAmount(TokenAmount.FromTokens(98).Value / 10), standing.StillToComeOf(standing.Agreements[0]));
        Assert.Equal(new TokenAmount(TokenAmount.FromTokens(147).Value / 10), standing.StillToCome);
        Assert.Equal([standing.Agreements[0]], standing.Running);
    }

    [Fact]
    public void Room_AndWhatIsMissing_GoByTheCover()
    {
        Assert.Equal((new GiB(26), TokenAmount.Zero), (Standing(stake: 560).Room, Standing(stake: 560).MissingCover));
        Assert.Equal((new GiB(0), TokenAmount.FromTokens(10)), (Standing(stake: 30).Room, Standing(stake: 30).MissingCover));
    }

    [Fact]
    public void FreeForOffers_IsWhatIsNotPromised()
    {
        Assert.Null(Standing(stake: 560).FreeForOffers);
        Assert.Equal(14UL << 30, (Standing(stake: 560) with { Node = new NodeAnswer.There(16UL << 30, "1", TimeSpan.Zero) }).FreeForOffers);
        Assert.Equal(0UL, (Standing(stake: 560) with { Node = new NodeAnswer.There(1, "1", TimeSpan.Zero) }).FreeForOffers);
    }

    [Fact]
    public void WhoProvedOnce_IsNotNew_ThoughItStopped()
    {
        Assert.False(Standing(stake: 560).IsNew);
        Assert.True(Standing(stake: 560, proven: 0).IsNew);
    }

    static ProviderStanding Standing(ulong stake, ulong proven = 38)
    {
        var own = TokenAmount.FromTokens(stake);
        var description = new ProviderDescription(
            new ProviderInfo(Address.Zero, new Epoch(0), new ProviderParticulars(Address.Zero, "https://node.example", Hash256.Zero, "DE", "")),
            new ProviderTrackRecord(proven, 111, TokenAmount.FromTokens(440)),
            new ProviderStake(own, TokenAmount.Zero, new Epoch(0), TokenAmount.Zero, TokenAmount.Zero, TokenAmount.Zero, new GiB(2)),
            new ProviderCommission(false, 0, 0, new Epoch(0)), [], []);
        return new ProviderStanding(
            description, new ProviderDuties(TokenAmount.Zero, own, TokenAmount.FromTokens(20), new Wei(0), null, new Epoch(150)),
            [Agreement(1, end: 240), Agreement(2, end: 149)],
            new Dictionary<AgreementId, AgreementDue>
            {
                [new AgreementId(1)] = new(TokenAmount.FromTokens(2), TokenAmount.FromTokens(8)), [new AgreementId(2)] = new(TokenAmount.FromTokens(5), TokenAmount.Zero),
            }, []);
    }

    static AgreementInfo Agreement(ulong number, ulong end) => new()
    {
        Id = new AgreementId(number), Consumer = Address.Zero, Provider = Address.Zero, DataKey = Address.Zero, State = AgreementState.Active, Listing = new ListingId(1),
        Space = new GiB(1), Start = new Epoch(1), End = new Epoch(end), Term = end - 1, BillingCycle = 10, SettlementGrace = 3, TerminationNotice = 1, ProtocolFeeBps = 200,
        Price = TokenAmount.FromTokens(1), EgressPrice = TokenAmount.Zero, Deposited = TokenAmount.FromTokens(100), Paid = TokenAmount.Zero, Refunded = TokenAmount.Zero,
        Remaining = TokenAmount.FromTokens(68),
    };
}
