using System.Text.Json;

namespace Marketplace.Cli.Tests.Network;

/// <summary>A network of its own, whose only rental is ended.</summary>
public sealed class RentalTests(RentalTests.SmallRental network) : IClassFixture<RentalTests.SmallRental>
{
    static readonly UInt128 Price = Amounts.Token / 10;

    [Fact]
    public async Task Rental_IsExtendedAndEndedAtOnce_AndWhatCannotBeIsNamed()
    {
        var ids = (await network.AgreementsAsync()).Values.Select(row => row.Text("id")).Order(StringComparer.Ordinal).ToArray();
        Assert.Single((await network.AgreementsAsync()).Values.Select(row => row.Text("rental")).Distinct());
        (await network.RunAsync("agreements", "end", ids[0])).Succeeded();

        var shown = (await network.RunAsync("agreements", "extend", ids[1], "--rental", "--term", "30", "--dry-run")).Succeeded().Json;
        Assert.Equal((3, 1UL, Price * 90), (shown.GetProperty("agreements").GetArrayLength(), shown.Number("transactions"), shown.Amount("deposit")));
        var tokens = (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens");
        var extended = (await network.RunAsync("agreements", "extend", ids[0], ids[1], "--rental", "--term", "30")).Succeeded().Json;

        Assert.Equal(Price * 90, extended.Amount("deposit"));
        Assert.Equal(Price * 90, tokens - (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens"));
        Assert.Equal([ids[0]], LeftOut(extended));
        Assert.Single(Rows(extended).Select(row => row.Text("transaction")).Distinct());
        (await network.RunAsync("agreements", "extend", ids[0], ids[0], "--term", "1")).Refused("option-invalid");
        (await network.RunAsync("agreements", "extend", ids[1], ids[2], "--term", "1", "--listing", "1")).Refused("option-invalid");
        (await network.RunAsync("agreements", "extend", "999999", "--rental", "--term", "1")).Refused("not-found");

        var ended = (await network.RunAsync("agreements", "end", ids[0], ids[1], "--rental")).Succeeded().Json;

        Assert.Equal([ids[0]], LeftOut(ended));
        Assert.Equal((1UL, 3), (ended.Number("transactions"), Rows(ended).Count));
        Assert.All(Rows(ended), row => Assert.Equal("terminated", row.Text("state")));
        (await network.RunAsync("agreements", "end", ids[0], ids[1])).Refused("agreement-not-active");
    }

    static List<JsonElement> Rows(JsonElement document) => [.. document.GetProperty("agreements").EnumerateArray()];

    static IEnumerable<string> LeftOut(JsonElement document) => document.GetProperty("leftOut").EnumerateArray().Select(row => row.Text("id"));

    /// <summary>Four agreements of a GiB.</summary>
    public sealed class SmallRental : LocalNetwork
    {
        protected override Task PrepareAsync() => RentAsync("--space", "1", "--term", "300", "--count", "4");
    }
}
