using System.Net;
using System.Net.Sockets;

namespace Marketplace.Chain.Tests;

/// <summary>An endpoint that goes down and comes back at the same address: bytes are passed on to another port while it is up.</summary>
sealed class TcpForwarder(int target) : IAsyncDisposable
{
    CancellationTokenSource? running;
    Task accepting = Task.CompletedTask;

    public int Port { get; private set; }

    public void Start()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        running = new CancellationTokenSource();
        accepting = AcceptAsync(listener, running.Token);
    }

    /// <summary>Refuses new connections and breaks off those that there are.</summary>
    public async Task StopAsync()
    {
        if (running is null)
            return;
        await running.CancelAsync();
        await accepting;
        running.Dispose();
        running = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    async Task AcceptAsync(TcpListener listener, CancellationToken stop)
    {
        var forwarding = new List<Task>();
        try
        {
            while (true)
                forwarding.Add(ForwardAsync(await listener.AcceptTcpClientAsync(stop), stop));
        }
        catch (OperationCanceledException)
        {
            listener.Stop();
        }
        await Task.WhenAll(forwarding);
    }

    async Task ForwardAsync(TcpClient client, CancellationToken stop)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target, stop);
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream(), stop),
                    server.GetStream().CopyToAsync(client.GetStream(), stop));
            }
            catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException)
            {
                // One side is gone; so is the other.
            }
        }
    }
}
