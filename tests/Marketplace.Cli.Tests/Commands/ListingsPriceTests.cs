using Marketplace.Cli.Commands;
using Marketplace.Core.Primitives;

namespace Marketplace.Cli.Tests.Commands;

public sealed class ListingsPriceTests
{
    [Fact]
    public void PriceOfATiBAndMonth_IsShown() => Assert.Equal("30.72 SPACE", ListingsCommand.PerTiBAndMonth(new TokenAmount(1_000_000_000_000_000)));

    [Fact]
    public void PriceThatIsNoAmountAnyMore_IsNotShown_AndBreaksNothing() => Assert.Equal("-", ListingsCommand.PerTiBAndMonth(new TokenAmount(UInt128.MaxValue)));
}
