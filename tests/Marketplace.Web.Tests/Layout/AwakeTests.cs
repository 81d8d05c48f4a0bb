using System.Text.RegularExpressions;
using Marketplace.Web.Tests.Network;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Web.Tests.Layout;

/// <summary>A page that somebody comes back to, whose live connection may be dead without anybody having said so.</summary>
[Collection(WebCollection.Name)]
public sealed class AwakeTests(SharedWeb shared)
{
    const string Lost = "Connection to the gateway lost. Trying again…";

    const string ComeBack = "document.dispatchEvent(new Event('visibilitychange'));";

    const string ComeBackAndClick = ComeBack + "document.querySelector('.sort').click();";

    readonly WebFixture web = shared.Web;
    readonly List<Line> lines = [];

    [Fact]
    public async Task LineThatLives_TakesTheClickThatCameWithIt_Once()
    {
        await VisitAsync("awake", async (page, price) =>
        {
            await page.EvaluateAsync(ComeBackAndClick);
            await Expect(price).ToHaveAttributeAsync("aria-sort", "descending");
            await page.EvaluateAsync("dispatchEvent(new Event('online'))");
            await page.Locator(".sort").First.ClickAsync();
            await Expect(price).ToHaveAttributeAsync("aria-sort", "ascending");
            Assert.Single(lines);
        });
    }

    [Fact]
    public async Task LineThatDied_IsSaid_TakesNoClick_AndIsLaidAnew()
    {
        await VisitAsync("awake-dead", async (page, price) =>
        {
            var isReachable = new TaskCompletionSource();
            await page.RouteAsync("**/app.webmanifest", async route =>
            {
                await isReachable.Task;
                await route.ContinueAsync();
            });
            lines[0].IsFrozen = true;
            await page.EvaluateAsync(ComeBackAndClick);
            await Expect(page.GetByText(Lost)).ToBeVisibleAsync();
            Assert.True(await page.EvaluateAsync<bool>("document.getElementById('components-reconnect-modal').matches(':modal')"));

            isReachable.SetResult();
            await Expect(page.GetByText(Lost)).ToBeHiddenAsync(new() { Timeout = 60_000 });
            // The notice said so instead of taking the click, and the page goes on where it was.
            await Expect(price).ToHaveAttributeAsync("aria-sort", "ascending");
            await page.Locator(".sort").First.ClickAsync();
            await Expect(price).ToHaveAttributeAsync("aria-sort", "descending");
            Assert.Equal(2, lines.Count);
        });
    }

    /// <summary>What was typed on a connection that was dead already never arrived; it stands in its field, and would not be what is meant.</summary>
    [Fact]
    public async Task WhatWasTypedOnALineThatDied_CountsOnTheNextOne()
    {
        await VisitAsync("awake-typed", async (page, _) =>
        {
            lines[0].IsFrozen = true;
            await page.GetByLabel("Search").FillAsync("nowhere");
            await page.EvaluateAsync(ComeBack);
            await Expect(page).ToHaveURLAsync(new Regex("q=nowhere"), new() { Timeout = 60_000 });
            await Expect(page.GetByText(Lost)).ToBeHiddenAsync();
            Assert.Equal(2, lines.Count);
        });
    }

    /// <summary>Where plain requests take as long, it is the way, and the connection stays.</summary>
    [Fact]
    public async Task LineThatIsSlow_IsSaid_AndStays()
    {
        await VisitAsync("awake-slow", async (page, price) =>
        {
            var isReachable = new TaskCompletionSource();
            await page.RouteAsync("**/app.webmanifest", async route =>
            {
                await isReachable.Task;
                await route.ContinueAsync();
            });
            lines[0].IsFrozen = true;
            await page.EvaluateAsync(ComeBack);
            await Expect(page.GetByText(Lost)).ToBeVisibleAsync();
            lines[0].IsFrozen = false;
            await Expect(page.GetByText(Lost)).ToBeHiddenAsync();
            isReachable.SetResult();
            await page.Locator(".sort").First.ClickAsync();
            await Expect(price).ToHaveAttributeAsync("aria-sort", "descending");
            Assert.Single(lines);
        });
    }

    async Task VisitAsync(string name, Func<IPage, ILocator, Task> journey)
    {
        await using var context = await web.VisitAsync();
        var page = await context.NewPageAsync();
        await page.RouteWebSocketAsync(new Regex("/_blazor"), socket => lines.Add(new Line(socket)));
        await page.TravelAsync(name, async () =>
        {
            await page.GotoAsync("/market");
            var price = page.GetByRole(AriaRole.Columnheader, new() { Name = "Price" });
            await Expect(page.Locator("main:not([inert])")).ToBeVisibleAsync();
            await Expect(price).ToHaveAttributeAsync("aria-sort", "ascending");
            await journey(page, price);
        });
    }

    /// <summary>A connection on which, while it is frozen, nothing arrives at either end and nothing is said of that.</summary>
    sealed class Line
    {
        readonly Queue<Action> held = [];
        bool isFrozen;

        public Line(IWebSocketRoute page)
        {
            var server = page.ConnectToServer();
            page.OnMessage(frame => Pass(frame, server));
            server.OnMessage(frame => Pass(frame, page));
        }

        public bool IsFrozen
        {
            set
            {
                lock (held)
                {
                    isFrozen = value;
                    while (!isFrozen && held.TryDequeue(out var send))
                        send();
                }
            }
        }

        void Pass(IWebSocketFrame frame, IWebSocketRoute to)
        {
            lock (held)
            {
                held.Enqueue(() => Send(frame, to));
                while (!isFrozen && held.TryDequeue(out var send))
                    send();
            }
        }

        static void Send(IWebSocketFrame frame, IWebSocketRoute to)
        {
            if (frame.Binary is { } bytes)
                to.Send(bytes);
            else
                to.Send(frame.Text!);
        }
    }
}
