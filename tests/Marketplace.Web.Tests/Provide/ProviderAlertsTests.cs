using Marketplace.Application.Providers;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Provide;

namespace Marketplace.Web.Tests.Provide;

public sealed class ProviderAlertsTests
{
    static readonly DateTimeOffset Now = new(2027, 2, 3, 14, 5, 0, TimeSpan.Zero);

    [Fact]
    public void Audit_SaysHowLongThereIsToAnswer()
    {
        var audit = new AuditInfo(
            new AuditId(4), new AgreementId(1), Address.Zero, AuditState.Demanded, 3, Now, Now.AddMinutes(200), new RevisionInfo(1, Hash256.Zero, 4), TokenAmount.FromTokens(5), TokenAmount.FromTokens(9));

        Assert.Contains(
            ProviderAlerts.Of(MadeStanding.Standing(stake: 560) with { Audits = [audit] }, Now.AddMinutes(5)),
            alert => alert.IsGrave && alert.Text.StartsWith("Audit 4 of agreement 1 wants an answer until 3 Feb 2027, 17:25\u00A0UTC (in\u00A03\u00A0h 15\u00A0min). The node answers", StringComparison.Ordinal));
    }

    [Fact]
    public void MissesInARow_AreCounted_WithWhatTheyCost_AndWhatIsLostAlready()
    {
        var standing = MadeStanding.Standing(stake: 560, epochs: [EpochOutcome.Proven, EpochOutcome.Missed, EpochOutcome.Missed, EpochOutcome.Missed, EpochOutcome.Open]);

        Assert.Contains(ProviderAlerts.Of(standing, Now), alert => alert.IsGrave && alert.Text
            == "3 epochs in a row were not proven, the last was 149. Each further epoch that it does not prove is not paid, and costs 2\u00A0SPACE of stake. "
                + "440\u00A0SPACE are lost already. Look whether the node runs and reaches the chain.");
    }

    [Fact]
    public void OneMiss_IsNamed() => Assert.Contains(
        ProviderAlerts.Of(MadeStanding.Standing(stake: 560, epochs: [EpochOutcome.Missed, EpochOutcome.Open]), Now),
        alert => alert.Text.StartsWith("Epoch 149 was not proven. Each further", StringComparison.Ordinal));

    [Fact]
    public void NodeThatIsAway_SaysWhatAMissCosts() => Assert.Contains(
        ProviderAlerts.Of(MadeStanding.Standing(stake: 560) with { Node = new NodeAnswer.Away("Nobody is there.") }, Now),
        alert => alert.Text == "Your node does not answer as it should: Nobody is there. Each further epoch that it does not prove is not paid, and costs 2\u00A0SPACE of stake.");
}
