using Marketplace.Web.Tests.Files;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Renting;

/// <summary>The wizard where providers take the place of lost ones, and where it is asked for what no agreement can be.</summary>
[Collection(WebCollection.Name)]
public sealed class ReplacementPageTests(SharedWeb shared)
{
    readonly WebFixture web = shared.Web;

    [Fact]
    public Task Replacement_AsksForTheMissingOnes_AndForNoneThatIsKnown() =>
        MadeVault.TravelAsync(web, "replacement", MadeVault.AddAgreements, async page =>
        {
            await page.GotoAsync("/rent?gib=4&for=1&unit=hour&coding=small&replace=1&step=2");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 provider is replaced" })).ToBeVisibleAsync();
            // The market's only one is not reachable; where it is known already, it is not even asked.
            await Expect(page.GetByText("1 not reachable")).ToBeVisibleAsync();
            await page.GotoAsync($"/rent?gib=4&for=1&unit=hour&coding=small&replace=1&except={web.Chain.Owner.Address}&step=2");
            await Expect(page.GetByText("no other is listed")).ToBeVisibleAsync();
            await page.LookAsync("rent-replacement");
            await page.GetByRole(AriaRole.Button, new() { Name = "Back" }).ClickAsync();
            await Expect(page.GetByLabel("GiB of files")).ToHaveValueAsync("4");
            await page.GetByRole(AriaRole.Button, new() { Name = "Next: how safe" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 provider is replaced" })).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Rent all anew instead" }).ClickAsync();
            await Expect(page.GetByLabel("GiB of files")).ToHaveValueAsync("10");
        });

    [Fact]
    public Task TimeThatNoAgreementRunsFor_IsRefusedAtOnce() =>
        MadeVault.TravelAsync(web, "too-long", MadeVault.AddAgreements, async page =>
        {
            await page.GotoAsync("/rent?gib=4&for=1000&unit=month&coding=small&step=2");
            await Expect(page.GetByText("No agreement runs for longer than")).ToBeVisibleAsync();
        });
}
