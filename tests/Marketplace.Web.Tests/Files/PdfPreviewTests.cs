using System.Collections.Concurrent;
using System.Text;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>The script that draws PDF documents, in a real browser and under the pages' policy, with what strangers may have put into them.</summary>
[Collection(WebCollection.Name)]
public sealed class PdfPreviewTests(SharedWeb shared)
{
    const string Black = "canvas => canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height * 3 / 4, 1, 1).data.join()";

    [Fact]
    public async Task Pages_AreDrawn_WithWhatTheySay()
    {
        await using var context = await shared.Web.VisitAsync();
        var page = await OpenAsync(context, HandMadePdf.Whole);
        var asked = new ConcurrentBag<string>();
        page.Request += (_, request) => asked.Add(request.Url);

        Assert.Equal("2 of 2 pages", await AttachAsync(page));
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Page 1", Exact = true }).GetByText(HandMadePdf.Words)).ToBeVisibleAsync();
        Assert.Equal("0,0,0,255", await page.Locator("canvas").First.EvaluateAsync<string>(Black));
        // Its font is not in it, and no machine has to have it.
        Assert.Contains(asked, address => address.EndsWith("LiberationSans-Regular.ttf", StringComparison.Ordinal));
    }

    /// <summary>So that a document of thousands of pages takes no more than one of a few.</summary>
    [Fact]
    public async Task Pages_AreForgotten_WhereTheyAreFarFromView()
    {
        await using var context = await shared.Web.VisitAsync();
        var page = await OpenAsync(context, HandMadePdf.Long);

        Assert.Equal("60 of 60 pages", await AttachAsync(page));
        await Expect(page.GetByLabel("Page 1", new() { Exact = true }).Locator("canvas")).ToHaveCountAsync(1);
        await page.EvaluateAsync("document.querySelector('#shown').scrollTop = 1e9");
        await Expect(page.GetByLabel("Page 60", new() { Exact = true }).Locator("canvas")).ToHaveCountAsync(1);
        await Expect(page.GetByLabel("Page 1", new() { Exact = true }).Locator("canvas")).ToHaveCountAsync(0);
        Assert.InRange(await page.Locator("canvas").CountAsync(), 1, 10);
    }

    [Theory]
    [InlineData(nameof(HandMadePdf.Endless), "2000 of 2001 pages")]
    [InlineData(nameof(HandMadePdf.OfUntoldPages), "1 of 1 pages")]
    [InlineData(nameof(HandMadePdf.OfAVastPage), "1 of 1 pages")]
    [InlineData(nameof(HandMadePdf.Locked), "PasswordException")]
    [InlineData(nameof(HandMadePdf.Cut), "InvalidPDFException")]
    [InlineData(nameof(HandMadePdf.Empty), "InvalidPDFException")]
    public async Task Document_OfAStranger_IsShownWithinBounds_OrItIsSaidWhatIsAmiss(string document, string answer)
    {
        await using var context = await shared.Web.VisitAsync();
        var page = await OpenAsync(context, (string)typeof(HandMadePdf).GetProperty(document)!.GetValue(null)!);

        Assert.Equal(answer, await AttachAsync(page));
        var (width, height) = (await page.EvaluateAsync<double>("document.querySelector('#shown').scrollWidth"), await page.EvaluateAsync<double>("document.querySelector('#shown > :first-child')?.clientHeight ?? 0"));
        Assert.True(width <= 400 && height <= 2000, $"{width} x {height}");
    }

    [Fact]
    public async Task Document_ThatIsNotAnswered_IsSaidToBeSo()
    {
        await using var context = await shared.Web.VisitAsync();
        var page = await OpenAsync(context, null);

        Assert.Equal("ResponseException", await AttachAsync(page));
    }

    /// <summary>Beside the page: its answers stand in for those of providers.</summary>
    static async Task<IPage> OpenAsync(IBrowserContext context, string? document)
    {
        var page = await context.NewPageAsync();
        page.Console += (_, message) => Assert.DoesNotContain("Content Security Policy", message.Text, StringComparison.Ordinal);
        await page.RouteAsync("**/files/content?name=paper.pdf", route => document is null ? route.FulfillAsync(new() { Status = 503 })
            : route.FulfillAsync(new() { BodyBytes = Encoding.Latin1.GetBytes(document), ContentType = "application/pdf" }));
        await page.GotoAsync("/vault");
        return page;
    }

    static Task<string> AttachAsync(IPage page) => page.EvaluateAsync<string>(
        """
        async () => {
          const { attach } = await import("/assets/js/pdf.js");
          document.body.insertAdjacentHTML("beforeend", "<div id='shown' class='preview-pdf'></div>");
          const frame = document.querySelector("#shown");
          frame.style.width = "400px";
          const { pages, shown, trouble } = await attach(frame, "/files/content?name=paper.pdf").open();
          return trouble ?? `${shown} of ${pages} pages`;
        }
        """);
}
