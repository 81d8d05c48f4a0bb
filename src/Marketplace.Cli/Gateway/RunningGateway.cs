using Marketplace.Chain;
using Marketplace.Cli.Terminal;
using Marketplace.Gateway.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Cli.Gateway;

/// <summary>Starts gateways, and says in words why one does not start.</summary>
internal static class RunningGateway
{
    /// <exception cref="CommandRefusal">port-taken, or settings-invalid.</exception>
    public static async Task<GatewayHost> StartAsync(GatewayOptions options, Market market, CancellationToken cancellationToken)
    {
        try
        {
            return await GatewayHost.StartAsync(options, market, Log, cancellationToken);
        }
        catch (GatewaySettingsException invalid)
        {
            throw new CommandRefusal("settings-invalid", invalid.Message);
        }
        catch (IOException)
        {
            throw new CommandRefusal("port-taken", $"Something else serves on {options.Listen} already; name another port, such as 127.0.0.1:8081.");
        }
    }

    static void Log(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Warning)
        // Closing a page in the middle of an answer is no fault.
        .AddFilter("Microsoft.AspNetCore.Components.Server.Circuits", LogLevel.Error)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            console.UseUtcTimestamp = true;
        });
}
