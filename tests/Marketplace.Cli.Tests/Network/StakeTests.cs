namespace Marketplace.Cli.Tests.Network;

/// <summary>Delegated stake, from both sides. The local network unbonds in two epochs, and announces commissions one ahead.</summary>
[Collection(MarketCollection.Name)]
public sealed class StakeTests(LocalNetwork network)
{
    /// <summary>What delegated stake may earn beside other tests, whose agreements the same provider serves.</summary>
    static readonly UInt128 Earned = Amounts.Token / 100;

    [Fact]
    public async Task Stake_IsDelegated_AskedBack_AndTaken()
    {
        var provider = network.Provider(7).Text("address");
        Assert.False((await network.RunAsProviderAsync(7, "provider", "commission")).Succeeded().Json.GetProperty("open").GetBoolean());
        (await network.RunAsync("stake", "delegate", provider, "50")).Refused("delegation-closed");
        Assert.Equal(1_250ul, (await network.RunAsProviderAsync(7, "provider", "commission", "12.5")).Succeeded().Json.Number("bps"));
        (await network.RunAsync("stake", "delegate", provider, "50", "--max-commission", "12.49")).Refused("commission-too-high");

        var delegated = (await network.RunAsync("stake", "delegate", provider, "50")).Succeeded().Json;

        Assert.InRange(delegated.Amount("value"), Amounts.Token * 50 - 1, Amounts.Token * 50 + Earned);
        var listed = Assert.Single((await network.RunAsync("stake", "list")).Succeeded().Json.GetProperty("delegations").EnumerateArray());
        Assert.Equal((provider, 1_250ul), (listed.Text("provider"), listed.Number("commissionBps")));
        (await network.RunAsync("stake", "undelegate", provider, "51")).Refused("not-enough-stake");
        var half = (await network.RunAsync("stake", "undelegate", provider, "20")).Succeeded().Json;
        Assert.InRange(half.Amount("undelegating"), Amounts.Token * 20 - 1, Amounts.Token * 20 + Earned);
        var all = (await network.RunAsync("stake", "undelegate", provider)).Succeeded().Json;
        Assert.Equal((UInt128)0, all.Amount("value"));

        var before = (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens");
        var withdrawn = await WithdrawAsync(provider);

        Assert.InRange(withdrawn, Amounts.Token * 50 - 4, Amounts.Token * 50 + Earned);
        Assert.Equal(before + withdrawn, (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens"));
        Assert.Empty((await network.RunAsync("stake", "list")).Succeeded().Json.GetProperty("delegations").EnumerateArray());
    }

    [Fact]
    public async Task Commission_OfDelegatedStake_IsChangedWithNotice()
    {
        var provider = network.Provider(8).Text("address");
        (await network.RunAsProviderAsync(8, "provider", "commission", "5%")).Succeeded();
        (await network.RunAsync("stake", "delegate", provider, "1")).Succeeded();

        var announced = (await network.RunAsProviderAsync(8, "provider", "commission", "50")).Succeeded().Json;

        Assert.Equal((500ul, 5_000ul), (announced.Number("bps"), announced.Number("nextBps")));
        (await network.RunAsync("stake", "delegate", provider, "1", "--max-commission", "49")).Refused("commission-too-high");
        (await network.RunAsync("stake", "undelegate", provider)).Succeeded();
        await WithdrawAsync(provider);
    }

    [Theory]
    [InlineData("option-invalid", "delegate", "0x12", "1")]
    [InlineData("option-invalid", "delegate", "0x0000000000000000000000000000000000000000", "1")]
    [InlineData("not-found", "delegate", "0x00000000000000000000000000000000000007ea", "1")]
    [InlineData("amount-invalid", "delegate", "0x00000000000000000000000000000000000007ea", "0")]
    [InlineData("amount-invalid", "delegate", "0x00000000000000000000000000000000000007ea", "-3")]
    [InlineData("not-enough-tokens", "delegate", "0x00000000000000000000000000000000000007ea", "99999999")]
    [InlineData("option-invalid", "delegate", "0x00000000000000000000000000000000000007ea", "1", "--max-commission", "101")]
    [InlineData("not-enough-stake", "undelegate", "0x00000000000000000000000000000000000007ea")]
    [InlineData("usage", "delegate")]
    [InlineData("usage", "withdraw", "a", "b")]
    public async Task WrongInput_IsRefused(string code, params string[] arguments) => (await network.RunAsync(["stake", .. arguments])).Refused(code);

    [Theory]
    [InlineData("101")]
    [InlineData("1.234")]
    [InlineData("-1")]
    [InlineData("half")]
    public async Task WrongCommission_IsRefused(string percent) =>
        (await network.RunAsProviderAsync(9, "provider", "commission", "--", percent)).Refused("option-invalid");

    [Fact]
    public async Task NothingToWithdraw_IsSaid() =>
        Assert.Equal((UInt128)0, (await network.RunAsync("stake", "withdraw", network.Provider(9).Text("address"))).Succeeded().Json.Amount("withdrawn"));

    async Task<UInt128> WithdrawAsync(string provider)
    {
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var withdrawal = (await network.RunAsync("stake", "withdraw", provider)).Succeeded().Json;
            if (withdrawal.Amount("withdrawn") > 0)
                return withdrawal.Amount("withdrawn");
            Assert.NotEmpty(withdrawal.GetProperty("waiting").EnumerateArray());
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        throw new TimeoutException("The stake never came back.");
    }
}
