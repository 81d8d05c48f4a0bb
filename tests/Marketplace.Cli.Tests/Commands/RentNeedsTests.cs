using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Selection;

namespace Marketplace.Cli.Tests.Commands;

public sealed class RentNeedsTests
{
    [Fact]
    public void WithoutCountOrCoding_TheStrongestCodingComesFirst() =>
        Assert.Equal([30, 20, 12], RentCommand.NeedsOf(1, 10, null, null, null).Select(need => need.Providers));

    [Fact]
    public void Coding_NeedsAsManyProvidersAsItHasFragments() =>
        Assert.Equal(20, Assert.Single(RentCommand.NeedsOf(1, 10, null, "lean", null)).Providers);

    [Fact]
    public void Devices_MayStandInOneHouse() =>
        Assert.Equal(DiversityRule.OwnersOnly, Assert.Single(RentCommand.NeedsOf(1, 10, null, "devices", null)).Diversity);

    [Theory]
    [InlineData(0, 10, null, null, "option-invalid")]
    [InlineData(1, 0, null, null, "option-invalid")]
    [InlineData(1, 10, 0, null, "option-invalid")]
    [InlineData(1, 10, 256, null, "option-invalid")]
    [InlineData(1, 10, 12, "small", "option-invalid")]
    [InlineData(1, 10, null, "huge", "coding-unknown")]
    [InlineData(ulong.MaxValue, 10, null, null, "option-invalid")]
    public void NumbersOutOfBounds_AreRefused(ulong space, ulong term, int? count, string? coding, string code) =>
        Assert.Equal(code, Assert.Throws<CommandRefusal>(() => RentCommand.NeedsOf(space, term, count, coding, null)).Code);
}
