using System.Runtime.ExceptionServices;
using Marketplace.Application.Live;
using Marketplace.Chain;
using Marketplace.Testing;
using Marketplace.Web.Layout;
using Marketplace.Web.Tests.Network;
using Marketplace.Web.Tests.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static Microsoft.Playwright.Assertions;

#pragma warning disable BL0006 // A renderer of one's own has to name what the framework draws with.

namespace Marketplace.Web.Tests.Layout;

/// <summary>What comes between while a page follows what changes.</summary>
[Collection(WebCollection.Name)]
public sealed class LiveComponentTests(SharedWeb shared)
{
    [Fact]
    public async Task UnexpectedFault_IsTold_TriedAgain_AndForgottenWhenItIsOver()
    {
        var log = new RecordingLog();
        var troubles = new PageTroubles(log);
        var stream = new Broadcast<string>();
        using var renderer = new PlainRenderer();
        stream.Publish("first");
        var follower = await renderer.ShowAsync(new Follower(stream, failures: 4) { Troubles = troubles, Time = new HastyTime() });

        await follower.Taken.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["first", "first", "first", "first", "first"], follower.Tried);
        Assert.Equal(["Something unexpected came between: the 1st time", "Something unexpected came between: the 2nd time", null], follower.Told);
        // The same again is not written again.
        Assert.Equal(["the 1st time", "the 2nd time"], log.Faults.Select(fault => fault.Message));
    }

    [Fact]
    public async Task ComponentThatIsGone_FollowsNothing_AndTellsNothing()
    {
        var troubles = new PageTroubles(new RecordingLog());
        var stream = new Broadcast<string>();
        var renderer = new PlainRenderer();
        var follower = await renderer.ShowAsync(new Follower(stream, failures: int.MaxValue) { Troubles = troubles, Time = TimeProvider.System });
        stream.Publish("first");
        await follower.Failed.Task.WaitAsync(TimeSpan.FromSeconds(30));

        renderer.Dispose();

        Assert.Null(troubles.Newest);
        Assert.True(SpinWait.SpinUntil(() => stream.Watchers == 0, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task EndpointThatAnswersOddly_IsToldOnThePage_AndAskedAgain()
    {
        var odd = new OddConnection(shared.Web.Chain.Connection);
        await using var gateway = await WebFixture.StartGatewayAsync(shared.Web.Chain, new Market(odd, shared.Web.Chain.Market.Deployment));
        await using var context = await Look.All[0].OpenAsync(shared.Web.Browser, gateway.Address, gateway.StartAddress);
        await new TestWallet(AnvilProcess.ChainId, shared.Web.Chain.Consumer).InstallAsync(context);
        var page = await context.NewPageAsync();
        await page.TravelAsync("odd-endpoint", async () =>
        {
            await page.GotoAsync("/");
            odd.IsOdd = true;
            await WalletSteps.ConnectAsync(page);
            await Expect(page.GetByText("What is shown may be old.")).ToBeVisibleAsync();
            await Expect(page.GetByText("Something unexpected came between: " + OddConnection.Words)).ToBeVisibleAsync();
            await Expect(page.GetByText("The gateway’s log has more.")).ToBeVisibleAsync();
            await page.LookAsync("odd-endpoint");

            // Without a new block.
            odd.IsOdd = false;
            await Expect(page.GetByTestId("balance")).ToContainTextAsync("SPACE");
            await Expect(page.GetByText("What is shown may be old.")).ToHaveCountAsync(0);
        });
    }

    sealed class Follower(Broadcast<string> stream, int failures) : LiveComponent
    {
        static readonly string[] Times = ["1st", "2nd"];

        public List<string> Tried { get; } = [];

        public List<string?> Told { get; } = [];

        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void OnInitialized() => Troubles.Changed += () =>
        {
            Told.Add(Troubles.Newest);
            (Troubles.Newest is null ? Taken : Failed).TrySetResult();
        };

        protected override void Begin() => Follow(stream, value =>
        {
            Tried.Add(value);
            if (Tried.Count <= failures)
                throw new InvalidOperationException($"the {Times[Math.Min(Tried.Count, Times.Length) - 1]} time");
        });
    }

    sealed class RecordingLog : ILogger<PageTroubles>
    {
        public List<Exception> Faults { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Faults.Add(exception!);
    }

    /// <summary>Every wait is over at once.</summary>
    sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    /// <summary>Components live in it, and are drawn nowhere.</summary>
    sealed class PlainRenderer() : Renderer(new ServiceCollection().BuildServiceProvider(), NullLoggerFactory.Instance)
    {
        public override Dispatcher Dispatcher { get; } = Dispatcher.CreateDefault();

        public Task<T> ShowAsync<T>(T component) where T : IComponent => Dispatcher.InvokeAsync(async () =>
        {
            await RenderRootComponentAsync(AssignRootComponentId(component));
            return component;
        });

        protected override void HandleException(Exception exception) => ExceptionDispatchInfo.Throw(exception);

        protected override Task UpdateDisplayAsync(in RenderBatch renderBatch) => Task.CompletedTask;
    }
}
