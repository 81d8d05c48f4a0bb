using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Pages;

/// <summary>The way in from elsewhere: real TLS, a real browser, the password, and out again.</summary>
[Collection(WebCollection.Name)]
public sealed class RemoteSignInTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public async Task User_SignsIn_UsesTheGatewayLive_AndSignsOutEverywhere()
    {
        await using var gateway = await RemoteGateway.StartAsync(web.Chain);
        await using var context = await VisitAsync(gateway.Address);
        var (elsewhere, complaints) = (new List<string>(), new List<string>());
        var page = await context.NewPageAsync();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(gateway.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                elsewhere.Add(request.Url);
        };
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        await page.TravelAsync("sign-in", async () =>
        {
            await page.GotoAsync("/agreements");
            await Expect(page).ToHaveURLAsync(new Uri(gateway.Address, "/sign-in?return=%2Fagreements").ToString());
            await page.LookAsync("sign-in");
            // With the keyboard alone: the field has the focus.
            await page.Keyboard.TypeAsync("not the password");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("That is not the password.");
            await page.ShouldBeAccessibleAsync();
            await page.Keyboard.TypeAsync(RemoteGateway.Password);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page).ToHaveURLAsync(new Uri(gateway.Address, "/agreements").ToString());
            await web.Chain.MineAsync();
            await Expect(page.Locator(".chain-status")).ToContainTextAsync("Block");
            Assert.Equal("", await page.EvaluateAsync<string>("document.cookie"));
            Assert.True(await page.EvaluateAsync<bool>("isSecureContext"));
            var other = await context.NewPageAsync();
            await other.GotoAsync("/market?sort=price");
            await Expect(other.GetByTestId("summary")).ToContainTextAsync("offer");

            await page.GetByRole(AriaRole.Button, new() { Name = "Sign out of this gateway" }).ClickAsync();

            await Expect(page).ToHaveURLAsync(new Uri(gateway.Address, "/sign-in").ToString());
            // The other page's live connection is cut: it shows nothing more, and leads to where one signs in, and from there back.
            await Expect(other).ToHaveURLAsync(new Uri(gateway.Address, "/sign-in?return=%2Fmarket%3Fsort%3Dprice").ToString());
            Assert.Equal(401, (await context.APIRequest.GetAsync("/files/content/1", new() { Headers = [new("Accept", "*/*")] })).Status);
        });
        Assert.Empty(elsewhere);
        Assert.Empty(complaints);
    }

    async Task<IBrowserContext> VisitAsync(Uri address)
    {
        var context = await web.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(), IgnoreHTTPSErrors = true, Locale = "en-GB", TimezoneId = "UTC", ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = Look.All[0].Width, Height = Look.All[0].Height },
        });
        context.SetDefaultTimeout(60_000);
        return context;
    }
}
