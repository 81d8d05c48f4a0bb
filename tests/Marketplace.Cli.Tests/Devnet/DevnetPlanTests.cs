using Marketplace.Cli.Devnet;
using Marketplace.Core.Primitives;

namespace Marketplace.Cli.Tests.Devnet;

public sealed class DevnetPlanTests
{
    [Theory]
    [InlineData(6)]
    [InlineData(15)]
    [InlineData(3_600)]
    public void SpaceCostsTheSameForAMonth_HoweverShortTheEpochs(int epochSeconds)
    {
        var plan = new DevnetPlan { Folder = "", EpochSeconds = epochSeconds };
        Assert.Equal("2.592", (plan.AskedPrice * (30 * 86_400ul / (ulong)epochSeconds)).ToTokens());
    }

    [Fact]
    public void PriceThatIsNamed_IsAsked() =>
        Assert.Equal(TokenAmount.FromTokens(2), new DevnetPlan { Folder = "", Price = TokenAmount.FromTokens(2) }.AskedPrice);
}
