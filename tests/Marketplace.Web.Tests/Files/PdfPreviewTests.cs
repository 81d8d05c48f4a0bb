using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Files;

/// <summary>The script that draws PDF documents, in a real browser and under the pages' policy, with what strangers may have put into them.</summary>
[Collection(WebCollection.Name)]
public sealed class PdfPreviewTests(SharedWeb shared) : IAsyncLifetime
{
    const string Black = "canvas => canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height * 3 / 4, 1, 1).data.join()";

    readonly ConcurrentQueue<string> said = [];
    readonly ConcurrentQueue<string> asked = [];
    IBrowserContext context = null!;
    IPage page = null!;

    /// <summary>How many questions for parts fail before one is answered, and how.</summary>
    int failing, failure = 503;

    public async Task InitializeAsync()
    {
        context = await shared.Web.VisitAsync();
        page = await context.NewPageAsync();
        page.Console += (_, message) => said.Enqueue(message.Text);
        page.Dialog += async (_, dialog) =>
        {
            said.Enqueue($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) => asked.Enqueue(request.Url);
        await page.GotoAsync("/vault");
    }

    public async Task DisposeAsync()
    {
        Assert.DoesNotContain(said, message => message.Contains("Content Security Policy", StringComparison.Ordinal) || message.StartsWith("dialog: ", StringComparison.Ordinal));
        await context.DisposeAsync();
    }

    [Fact]
    public async Task Pages_AreDrawn_WithWhatTheySay()
    {
        Assert.Equal("2 of 2 pages", await OpenAsync(HandMadePdf.Whole));
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Page 1", Exact = true }).GetByText(HandMadePdf.Words)).ToBeVisibleAsync();
        Assert.Equal("0,0,0,255", await page.Locator("canvas").First.EvaluateAsync<string>(Black));
        // Its font is not in it, and no machine has to have it.
        Assert.Contains(asked, address => address.EndsWith("LiberationSans-Regular.ttf", StringComparison.Ordinal));
    }

    /// <summary>By decoders that need neither WebAssembly nor what the machine has.</summary>
    [Theory]
    [InlineData(nameof(HandMadePdf.OfAScan))]
    [InlineData(nameof(HandMadePdf.OfAnArchive))]
    public async Task Pictures_OfAllKinds_AreDrawn(string document)
    {
        Assert.Equal("1 of 1 pages", await OpenAsync(DocumentOf(document)));
        await Expect(page.GetByText(HandMadePdf.Words)).ToBeVisibleAsync();
        Assert.Equal("0,0,0,255", await PageOf(1).Locator("canvas").EvaluateAsync<string>(Black));
    }

    /// <summary>The words lie where they are seen: on the left half of a page that lies on its side, from the bottom up.</summary>
    [Fact]
    public async Task Words_OfATurnedPage_AreTurnedWithIt()
    {
        Assert.Equal("1 of 1 pages", await OpenAsync(HandMadePdf.Turned));
        var words = (await page.GetByText(HandMadePdf.Words).BoundingBoxAsync())!;
        var sheet = (await page.Locator(".pdf-page").BoundingBoxAsync())!;
        Assert.True(words.Height > 3 * words.Width, $"{words.Width} x {words.Height}");
        Assert.InRange((words.X + words.Width / 2 - sheet.X) / sheet.Width, 0.7, 0.95);
    }

    /// <summary>So that a document of thousands of pages takes no more than one of a few.</summary>
    [Fact]
    public async Task Pages_AreForgotten_WhereTheyAreFarFromView()
    {
        Assert.Equal("60 of 60 pages", await OpenAsync(HandMadePdf.Long));
        await Expect(PageOf(1).Locator("canvas")).ToHaveCountAsync(1);
        // None lies over another.
        var (first, second) = ((await PageOf(1).BoundingBoxAsync())!, (await PageOf(2).BoundingBoxAsync())!);
        Assert.True(first.Height > 200 && second.Y >= first.Y + first.Height, $"{first.Y} + {first.Height}, {second.Y}");
        await page.EvaluateAsync("document.querySelector('#shown').scrollTop = 1e9");
        await Expect(PageOf(60).Locator("canvas")).ToHaveCountAsync(1);
        await Expect(PageOf(1).Locator("canvas")).ToHaveCountAsync(0);
        Assert.InRange(await page.Locator("canvas").CountAsync(), 1, 10);
    }

    [Theory]
    [InlineData(nameof(HandMadePdf.Endless), "2000 of 2001 pages")]
    [InlineData(nameof(HandMadePdf.OfUntoldPages), "1 of 1 pages")]
    [InlineData(nameof(HandMadePdf.OfAVastPage), "1 of 1 pages")]
    [InlineData(nameof(HandMadePdf.OfATallPage), "1 of 1 pages")]
    [InlineData(nameof(HandMadePdf.OfAnEndlessPage), "1 of 1 pages")]
    [InlineData(nameof(HandMadePdf.Locked), "PasswordException")]
    [InlineData(nameof(HandMadePdf.Cut), "InvalidPDFException")]
    [InlineData(nameof(HandMadePdf.Empty), "InvalidPDFException")]
    public async Task Document_OfAStranger_IsShownWithinBounds_OrItIsSaidWhatIsAmiss(string document, string answer)
    {
        Assert.Equal(answer, await OpenAsync(DocumentOf(document)));
        var (width, height) = (await page.EvaluateAsync<double>("document.querySelector('#shown').scrollWidth"), await page.EvaluateAsync<double>("document.querySelector('#shown > :first-child')?.clientHeight ?? 0"));
        Assert.True(width <= 400 && height <= 2000, $"{width} x {height}");
    }

    /// <summary>Its words lie nowhere that one could see, and are heard.</summary>
    [Fact]
    public async Task Words_OfAPageThatIsTooTallToShow_AreThere()
    {
        await OpenAsync(HandMadePdf.OfALongStrip);
        await Expect(page.Locator(".pdf-page").GetByText(HandMadePdf.Words)).ToBeAttachedAsync();
    }

    /// <summary>Neither when it is opened, nor as a link or a field.</summary>
    [Fact]
    public async Task Scripts_Links_AndFields_OfADocument_DoNothing()
    {
        Assert.Equal("1 of 1 pages", await OpenAsync(HandMadePdf.Active));
        await Expect(page.GetByText(HandMadePdf.Words)).ToBeVisibleAsync();
        await page.Locator(".pdf-page").ClickAsync();
        Assert.Equal(0, await page.Locator("#shown :is(a, input, textarea, button, iframe, script)").CountAsync());
        Assert.EndsWith("/vault", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNone_IsNotReadToItsEnd()
    {
        Assert.Equal("InvalidPDFException", await OpenAsync(new string('x', 8 << 20)));
        Assert.Equal(1, CountParts());
    }

    /// <summary>Providers may be away for a moment; what is refused stays so.</summary>
    [Theory]
    [InlineData(503, 2, "2 of 2 pages", 3)]
    [InlineData(503, 100, "Unreadable", 4)]
    [InlineData(404, 100, "Refused", 1)]
    public async Task Part_ThatIsNotAnswered_IsAskedForAgain_ForAWhile(int status, int failures, string answer, int questions)
    {
        (failing, failure) = (failures, status);
        Assert.Equal(answer, await OpenAsync(HandMadePdf.Whole));
        Assert.Equal(questions, CountParts());
    }

    /// <summary>The first of its parts, and the last, which says where everything is.</summary>
    [Fact]
    public async Task LargeDocument_IsReadAsFarAsItIsLookedAt_AndAPageThatCannotBeReadIsTriedAgain()
    {
        Assert.Equal("12 of 12 pages", await OpenAsync(HandMadePdf.Large));
        await Expect(PageOf(1).Locator("canvas")).ToHaveCountAsync(1);
        Assert.Equal(2, CountParts());

        failing = 100;
        await page.EvaluateAsync("document.querySelector('#shown').scrollTop = 1e9");
        var again = page.GetByRole(AriaRole.Button, new() { Name = "Try again to show page 12" });
        await Expect(again).ToBeVisibleAsync();
        await Expect(page.Locator("#told")).ToHaveTextAsync("Page 12 cannot be shown now: too few of its providers answer.");
        // The others are here.
        await Expect(PageOf(11).Locator("canvas")).ToHaveCountAsync(1);

        failing = 0;
        await again.ClickAsync();
        await Expect(PageOf(12).GetByText(HandMadePdf.Words)).ToBeVisibleAsync();
        await Expect(again).ToHaveCountAsync(0);
        await Expect(page.Locator("#told")).ToHaveTextAsync("");
    }

    [Fact]
    public async Task DocumentThatWouldBeReadWhole_IsNotReadFurtherThanWhatOneLooksAt()
    {
        Assert.Equal("2 of 2 pages", await OpenAsync(HandMadePdf.Untabled(8 << 20)));
        await page.EvaluateAsync("view.end()");
        asked.Clear();
        Assert.Equal("TooMuch", await OpenAsync(HandMadePdf.Untabled(70 << 20)));
        Assert.InRange(CountParts(), 1, 64);
    }

    [Fact]
    public async Task WorkerThatFails_IsSaidOfThePagesThatAreLookedAtThen()
    {
        await OpenAsync(HandMadePdf.Long);
        await Expect(PageOf(1).Locator("canvas")).ToHaveCountAsync(1);
        await page.Workers.Single().EvaluateAsync<object?>("() => { setTimeout(() => { throw new Error('on purpose'); }); }");
        await page.EvaluateAsync("document.querySelector('#shown').scrollTop = 1e9");
        await Expect(PageOf(60)).ToHaveTextAsync("Page 60 cannot be shown now: what draws it has failed. Open the file again.");
    }

    /// <summary>Whatever a document keeps it busy with.</summary>
    [Fact]
    public async Task WorkerThatNeverAnswers_IsNotWaitedForForEver()
    {
        await page.Clock.InstallAsync();
        await context.RouteAsync("**/pdf.worker.min.mjs", route => route.FulfillAsync(new() { Body = "onmessage = () => {};", ContentType = "text/javascript" }));
        await AttachAsync(HandMadePdf.Whole, "Boolean(window.opening = view.open())");
        await UntilWorkersAsync(1);

        await page.Clock.FastForwardAsync(60_000);
        Assert.Equal("TookTooLong", await page.EvaluateAsync<string>("opening.then(({ trouble }) => trouble)"));
        await UntilWorkersAsync(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_IsLeftBehind_WhenItIsClosed(bool isOpenedFirst)
    {
        if (isOpenedFirst)
        {
            await OpenAsync(HandMadePdf.Whole);
            await Expect(page.Locator("canvas").First).ToBeVisibleAsync();
            Assert.Single(page.Workers);
        }
        else
            await AttachAsync(HandMadePdf.Whole, "view.open()");
        await page.EvaluateAsync("view.end()");
        await UntilWorkersAsync(0);
    }

    /// <summary>The browser tells of them a little later.</summary>
    async Task UntilWorkersAsync(int count)
    {
        for (var tries = 0; page.Workers.Count != count && tries < 100; tries++)
            await Task.Delay(50);
        Assert.Equal(count, page.Workers.Count);
    }

    static string DocumentOf(string name) => (string)typeof(HandMadePdf).GetProperty(name)!.GetValue(null)!;

    ILocator PageOf(int number) => page.GetByLabel($"Page {number}", new() { Exact = true });

    int CountParts() => asked.Count(address => address.Contains("/files/content", StringComparison.Ordinal));

    Task<string> OpenAsync(string document) => AttachAsync(document, "await view.open().then(({ pages, shown, trouble }) => trouble ?? `${shown} of ${pages} pages`)");

    /// <summary>Beside the page: its answers stand in for those of providers.</summary>
    async Task<string> AttachAsync(string document, string then)
    {
        var bytes = Encoding.Latin1.GetBytes(document);
        await page.UnrouteAllAsync();
        await page.RouteAsync("**/files/content?name=paper.pdf", route =>
        {
            if (failing-- > 0)
                return route.FulfillAsync(new() { Status = failure });
            var range = route.Request.Headers["range"]["bytes=".Length..].Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            return route.FulfillAsync(new() { Status = 206, BodyBytes = bytes[range[0]..Math.Min(bytes.Length, range[1] + 1)], ContentType = "application/pdf" });
        });
        return await page.EvaluateAsync<string>(
            $$"""
            async () => {
              const { attach } = await import("/assets/js/pdf.js");
              document.querySelector("#shown")?.remove();
              document.body.insertAdjacentHTML("beforeend", "<div id='shown' class='preview-pdf' tabindex='0'></div><p id='told' role='status'></p>");
              const frame = document.querySelector("#shown");
              frame.style.width = "400px";
              const view = (window.view = attach(frame, document.querySelector("#told"), "/files/content?name=paper.pdf", {{bytes.Length}}));
              return String({{then}});
            }
            """);
    }
}
