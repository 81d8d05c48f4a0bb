using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Network;

/// <summary>A line between a page and its gateway that takes its time in both directions; what goes over it stays in its order.</summary>
static class SlowLine
{
    /// <summary>Before the page is opened.</summary>
    /// <param name="page">Whose live connection.</param>
    /// <param name="delay">One way.</param>
    public static Task LayAsync(IPage page, TimeSpan delay) => page.RouteWebSocketAsync(new Regex("/_blazor"), socket =>
    {
        var server = socket.ConnectToServer();
        socket.OnMessage(Slowly(server, delay));
        server.OnMessage(Slowly(socket, delay));
    });

    static Action<IWebSocketFrame> Slowly(IWebSocketRoute to, TimeSpan delay)
    {
        var frames = Channel.CreateUnbounded<(IWebSocketFrame Frame, long Sent)>();
        _ = PassAsync(frames.Reader, to, delay);
        return frame => frames.Writer.TryWrite((frame, TimeProvider.System.GetTimestamp()));
    }

    static async Task PassAsync(ChannelReader<(IWebSocketFrame Frame, long Sent)> frames, IWebSocketRoute to, TimeSpan delay)
    {
        await foreach (var (frame, sent) in frames.ReadAllAsync())
        {
            if (delay - TimeProvider.System.GetElapsedTime(sent) is { Ticks: > 0 } rest)
                await Task.Delay(rest);
            if (frame.Binary is { } bytes)
                to.Send(bytes);
            else
                to.Send(frame.Text!);
        }
    }
}
