using System.Text.Json.Nodes;
using Marketplace.Chain;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Testing;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Network;

/// <summary>Accounts with tokens, and time that passes.</summary>
static class Holders
{
    /// <summary>A new account with ether for fees; the caller's.</summary>
    public static async Task<LocalSigner> FundAsync(MarketFixture chain, Market market, ulong tokens)
    {
        var holder = new LocalSigner(PrivateKey.Create());
        await market.Client.SendAsync("anvil_setBalance", [JsonValue.Create(holder.Address.ToString()), JsonValue.Create("0x8ac7230489e80000")]);
        await chain.SendAsync(chain.Deployer, market.Token.Transfer(holder.Address, TokenAmount.FromTokens(tokens)));
        return holder;
    }

    /// <summary>Takes a journey in a market that is governed by its holders, one of whom has the page's wallet.</summary>
    public static async Task GovernAsync(WebFixture web, string name, Func<IPage, Market, LocalSigner, Task> journey)
    {
        var market = new Market(web.Chain.Connection, await web.Chain.DeployGovernedAsync());
        await using var gateway = await WebFixture.StartGatewayAsync(web.Chain, market);
        using var holder = await FundAsync(web.Chain, market, 500_000);
        await using var context = await Look.All[0].OpenAsync(web.Browser, gateway.Address, gateway.StartAddress);
        await new TestWallet(AnvilProcess.ChainId, holder) { Client = market.Client }.InstallAsync(context);
        var page = await context.NewPageAsync();
        await page.TravelAsync(name, () => journey(page, market, holder));
    }

    /// <summary>The chain's time goes on.</summary>
    public static async Task PassAsync(Market market, int seconds)
    {
        await market.Client.SendAsync("evm_increaseTime", [JsonValue.Create(seconds)]);
        await market.Client.SendAsync("anvil_mine", [JsonValue.Create("0x1")]);
    }
}
