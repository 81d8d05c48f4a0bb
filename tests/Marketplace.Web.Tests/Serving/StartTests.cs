using System.Net;
using System.Net.Sockets;
using Marketplace.Gateway.Hosting;
using Marketplace.Web.Tests.Network;
using Microsoft.Extensions.Logging;

namespace Marketplace.Web.Tests.Serving;

/// <summary>A gateway that cannot start.</summary>
[Collection(WebCollection.Name)]
public sealed class StartTests(SharedWeb shared)
{
    [Fact]
    public async Task PortThatIsTaken_IsToldToWhoStarts_AndNotLoggedBeside()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var lines = new Lines();
        var options = TestGateway.Options with { Listen = (IPEndPoint)other.LocalEndpoint };
        await Assert.ThrowsAnyAsync<IOException>(() => GatewayHost.StartAsync(options, shared.Web.Chain.Market, logging => logging.AddProvider(lines), CancellationToken.None));
        Assert.Empty(lines.Written);
    }

    /// <summary>What is worse than usual.</summary>
    sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Written.Add($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
