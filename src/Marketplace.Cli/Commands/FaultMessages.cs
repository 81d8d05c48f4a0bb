using Marketplace.Cli.Terminal;
using Marketplace.Provider.Administration;

namespace Marketplace.Cli.Commands;

/// <summary>What each fault is called, and what its user can do about it.</summary>
internal static class FaultMessages
{
    /// <summary>A stable code for scripts and a sentence for people.</summary>
    public static (string Code, string Message) Of(Exception fault) => fault switch
    {
        CommandRefusal refusal => (refusal.Code, refusal.Message),
        NodeSettingsException settings => ("settings-invalid", settings.Message),
        UnauthorizedAccessException denied => ("access-denied", denied.Message),
        FileNotFoundException or DirectoryNotFoundException => ("not-found", fault.Message),
        IOException io => ("io-failed", io.Message),
        _ => ("internal", $"Something failed that should not: {fault.GetType().Name}: {fault.Message}"),
    };
}
