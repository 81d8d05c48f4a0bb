using Marketplace.Application.Agreements;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Egress;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Tests.Agreements;

public sealed class RunningAgreementTests
{
    [Theory]
    [InlineData(100, 10, 86_400, false)]
    [InlineData(100, 9, 86_400, true)]
    [InlineData(1_000, 14, 86_400, false)]
    [InlineData(1_000, 13, 86_400, true)]
    [InlineData(1_000, 99, 60, true)]
    [InlineData(10, 1, 60, false)]
    [InlineData(30, 0, 60, false)]
    public void End_IsNear_UnderFourteenDays_AndUnderATenthOfTheTerm(ulong term, ulong left, int epochSeconds, bool isNear)
    {
        var epoch = TimeSpan.FromSeconds(epochSeconds);

        Assert.Equal(isNear, Row(term, left, AgreementState.Active).EndsSoon(epoch));
        Assert.False(Row(term, left, AgreementState.Terminated).EndsSoon(epoch));
    }

    static RunningAgreement Row(ulong term, ulong left, AgreementState state) => new(
        new AgreementInfo
        {
            Id = new AgreementId(1), Consumer = Address.Zero, Provider = Address.Zero, DataKey = Address.Zero, State = state, Listing = new ListingId(1),
            Space = new GiB(1), Start = new Epoch(1), End = new Epoch(1 + term), Term = term, BillingCycle = 30, SettlementGrace = 1, TerminationNotice = 1,
            ProtocolFeeBps = 0, Price = TokenAmount.Zero, EgressPrice = TokenAmount.Zero, Deposited = TokenAmount.Zero, Paid = TokenAmount.Zero,
            Refunded = TokenAmount.Zero, Remaining = TokenAmount.Zero,
        },
        left, term - left, 0, new EgressAccount(TokenAmount.Zero, TokenAmount.Zero, TokenAmount.Zero), TokenAmount.Zero, default);
}
