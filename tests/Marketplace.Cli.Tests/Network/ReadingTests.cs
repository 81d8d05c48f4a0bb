using System.Text.Json;

namespace Marketplace.Cli.Tests.Network;

/// <summary>Reading costs a token for each KiB here.</summary>
[Collection(DisputeCollection.Name)]
public sealed class ReadingTests(PricedNetwork network)
{
    [Fact]
    public async Task Reading_IsSignedFor_AndPaidOutOfTheDeposit()
    {
        var ids = (await network.AgreementsAsync()).Values.Where(agreement => agreement.Text("state") == "active").Select(agreement => agreement.Text("id")).ToArray();
        var deposit = (await network.RunAsync(["agreements", "deposit", .. ids, "--amount", "50"])).Succeeded().Json;
        Assert.Equal(Amounts.Token * 50 * (UInt128)ids.Length, deposit.Amount("total"));
        var copy = network.NewPath();

        var cost = (await network.RunAsync("get", "read", "-o", copy)).Succeeded().Json.Amount("readingCost");

        // Four fragments of a quarter each, rounded to whole leaves, with the blocks' tags; more only where a provider was slow.
        Assert.Equal((UInt128)0, cost % Amounts.Token);
        Assert.InRange(cost / Amounts.Token, 1_024u, 1_600u);
        Assert.Equal(PricedNetwork.FileSize, new FileInfo(copy).Length);
        var paid = await WaitForPaymentAsync();
        // The deposits are smaller than what was read: no provider gets more than was deposited with it.
        Assert.All(paid, account => Assert.InRange(account.Amount("paid"), (UInt128)0, Amounts.Token * 50));
        Assert.Contains(paid, account => account.Amount("paid") == Amounts.Token * 50);
    }

    [Fact]
    public async Task Deposit_IsReckonedByThePriceOfReading()
    {
        var id = (await network.AgreementWithAsync(2)).Text("id");
        var quote = (await network.RunAsync("agreements", "deposit", id, "--read", "3", "--dry-run")).Succeeded().Json;
        Assert.False(quote.GetProperty("deposited").GetBoolean());
        Assert.Equal(Amounts.Token * 3 << 20, quote.Amount("total"));
        (await network.RunAsync("agreements", "deposit", id, "--read", "3")).Refused("not-enough-tokens");
    }

    [Theory]
    [InlineData("option-invalid", "1")]
    [InlineData("option-invalid", "1", "--amount", "1", "--read", "1")]
    [InlineData("option-invalid", "1", "1", "--amount", "1")]
    [InlineData("option-invalid", "x", "--amount", "1")]
    [InlineData("amount-invalid", "1", "--amount", "0")]
    [InlineData("amount-invalid", "1", "--amount", "a lot")]
    [InlineData("agreement-not-active", "999999", "--amount", "1")]
    [InlineData("not-found", "999999", "--read", "1")]
    [InlineData("usage", "--amount", "1")]
    public async Task WrongDeposit_IsRefused(string code, params string[] arguments) =>
        (await network.RunAsync(["agreements", "deposit", .. arguments])).Refused(code);

    async Task<IReadOnlyList<JsonElement>> WaitForPaymentAsync()
    {
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var accounts = (await network.AgreementsAsync()).Values.Select(agreement => agreement.GetProperty("reading")).ToList();
            if (accounts.Any(account => account.Amount("paid") > 0))
                return accounts;
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        throw new TimeoutException("No voucher was ever redeemed.");
    }
}
