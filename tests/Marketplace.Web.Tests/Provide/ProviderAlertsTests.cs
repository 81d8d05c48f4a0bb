using Marketplace.Application.Providers;
using Marketplace.Web.Provide;

namespace Marketplace.Web.Tests.Provide;

public sealed class ProviderAlertsTests
{
    [Fact]
    public void MissesInARow_AreCounted_WithWhatTheyCost_AndWhatIsLostAlready()
    {
        var standing = MadeStanding.Standing(stake: 560, epochs: [EpochOutcome.Proven, EpochOutcome.Missed, EpochOutcome.Missed, EpochOutcome.Missed, EpochOutcome.Open]);

        Assert.Contains(ProviderAlerts.Of(standing), alert => alert.IsGrave && alert.Text
            == "3 epochs in a row were not proven, the last was 149. Each further epoch that it does not prove is not paid, and costs 2\u00A0SPACE of stake. "
                + "440\u00A0SPACE are lost already. Look whether the node runs and reaches the chain.");
    }

    [Fact]
    public void OneMiss_IsNamed() => Assert.Contains(
        ProviderAlerts.Of(MadeStanding.Standing(stake: 560, epochs: [EpochOutcome.Missed, EpochOutcome.Open])),
        alert => alert.Text.StartsWith("Epoch 149 was not proven. Each further", StringComparison.Ordinal));

    [Fact]
    public void NodeThatIsAway_SaysWhatAMissCosts() => Assert.Contains(
        ProviderAlerts.Of(MadeStanding.Standing(stake: 560) with { Node = new NodeAnswer.Away("Nobody is there.") }),
        alert => alert.Text == "Your node does not answer as it should: Nobody is there. Each further epoch that it does not prove is not paid, and costs 2\u00A0SPACE of stake.");
}
