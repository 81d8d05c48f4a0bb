namespace Marketplace.Cli.Tests.Network;

[Collection(MarketCollection.Name)]
public sealed class ExtensionTests(LocalNetwork network)
{
    /// <summary>Of the local network's offers, for a GiB and an epoch.</summary>
    static readonly UInt128 Price = Amounts.Token / 10;

    [Fact]
    public async Task Time_IsAdded_ForExactlyWhatWasShown()
    {
        var before = await network.AgreementWithAsync(1);
        var id = before.Text("id");

        var shown = (await network.RunAsync("agreements", "extend", id, "--term", "30", "--dry-run")).Succeeded().Json;
        Assert.False(shown.GetProperty("extended").GetBoolean());
        Assert.Equal(before.Number("end"), (await network.AgreementWithAsync(1)).Number("end"));
        var extended = (await network.RunAsync("agreements", "extend", id, "--term", "30")).Succeeded().Json;

        Assert.True(extended.GetProperty("extended").GetBoolean());
        Assert.Equal(Price * 30, shown.Amount("deposit"));
        Assert.Equal(Price * 30, extended.Amount("deposit"));
        var after = await network.AgreementWithAsync(1);
        Assert.Equal(before.Number("end") + 30, after.Number("end"));
        Assert.Equal(after.Number("end"), shown.Number("end"));
        Assert.Equal(before.Amount("deposited") + Price * 30, after.Amount("deposited"));
    }

    [Fact]
    public async Task Space_IsAdded_ForNoMoreThanWasShown_AndCanBeUsed()
    {
        var before = await network.AgreementWithAsync(2);
        var id = before.Text("id");
        var shown = (await network.RunAsync("agreements", "extend", id, "--space", "2", "--dry-run")).Succeeded().Json;

        var extended = (await network.RunAsync("agreements", "extend", id, "--space", "2")).Succeeded().Json;

        var after = await network.AgreementWithAsync(2);
        Assert.Equal(before.Number("spaceGiB") + 2, after.Number("spaceGiB"));
        Assert.Equal(before.Amount("deposited") + extended.Amount("deposit"), after.Amount("deposited"));
        // An epoch may have begun between the two.
        Assert.InRange(extended.Amount("deposit"), shown.Amount("deposit") - Price * 2 * 5, shown.Amount("deposit"));
        Assert.True(extended.Amount("deposit") > 0);
    }

    [Fact]
    public async Task ListingOfTheSameProvider_MovesTheAgreement_AndItsPriceHoldsForWhatIsAdded()
    {
        var before = await network.AgreementWithAsync(3);
        var listing = (await network.RunAsProviderAsync(
            3, "provider", "list", "--price", "0.02", "--space", "3", "--only-for", network.State.GetProperty("consumer").GetString()!)).Succeeded().Json.Text("listing");

        var extended = (await network.RunAsync("agreements", "extend", before.Text("id"), "--term", "10", "--listing", listing)).Succeeded().Json;

        Assert.Equal(Amounts.Token / 50 * 10, extended.Amount("deposit"));
        Assert.Equal(listing, (await network.AgreementWithAsync(3)).Text("listing"));
    }

    [Fact]
    public async Task ListingOfAnother_OrForAnother_IsRefused()
    {
        var (id, foreign) = ((await network.AgreementWithAsync(4)).Text("id"), (await network.AgreementWithAsync(5)).Text("listing"));
        (await network.RunAsync("agreements", "extend", id, "--term", "1", "--listing", foreign)).Refused("listing-unfit");

        var stranger = network.Provider(5).Text("address");
        var closed = (await network.RunAsProviderAsync(4, "provider", "list", "--price", "0.02", "--space", "3", "--only-for", stranger)).Succeeded().Json.Text("listing");
        (await network.RunAsync("agreements", "extend", id, "--term", "1", "--listing", closed)).Refused("listing-unfit");
        (await network.RunAsync("agreements", "extend", id, "--term", "1", "--listing", "999999")).Refused("listing-unfit");
        (await network.RunAsync("agreements", "extend", id, "--space", "900")).Refused("listing-unfit");
    }

    [Theory]
    [InlineData("option-invalid", "0", "--term", "1")]
    [InlineData("option-invalid", "seven", "--term", "1")]
    [InlineData("option-invalid", "1")]
    [InlineData("option-invalid", "1", "--term", "99999999999")]
    [InlineData("option-invalid", "1", "--term", "1", "--listing", "x")]
    [InlineData("not-found", "999999", "--term", "1")]
    [InlineData("contract-refused", "1", "--term", "5000")]
    [InlineData("usage", "1", "--term", "-1")]
    [InlineData("usage", "1", "--term", "1.5")]
    [InlineData("usage")]
    public async Task WrongInput_IsRefused_AndNothingIsPaid(string code, params string[] arguments)
    {
        var tokens = (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens");

        (await network.RunAsync(["agreements", "extend", .. arguments])).Refused(code);

        Assert.Equal(tokens, (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens"));
    }

    [Fact]
    public async Task MoreThanTheWalletHas_IsRefused()
    {
        var id = (await network.AgreementWithAsync(6)).Text("id");
        (await network.RunAsync("agreements", "extend", id, "--term", "400000")).Refused("not-enough-tokens");
    }
}
