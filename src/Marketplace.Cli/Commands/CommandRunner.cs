using System.CommandLine;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Commands;

/// <summary>Runs a command's action, and turns its refusals into a message and an exit code.</summary>
internal static class CommandRunner
{
    public const int Success = 0;

    /// <summary>Refused or failed; the message says why.</summary>
    public const int Failure = 1;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Cancelled = 130;

    /// <summary>Makes <paramref name="action"/> the command's; it returns the exit code.</summary>
    public static Command Runs(this Command command, Func<CommandContext, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var terminal = new CommandTerminal(parsed.GetValue(CommandOptions.Json), Console.Out, Console.Error);
            try
            {
                return await action(new CommandContext(parsed, terminal), cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                terminal.Fail("cancelled", "Stopped. What was acknowledged is kept; run the command again to go on.");
                return Cancelled;
            }
            catch (Exception fault)
            {
                var (code, message) = FaultMessages.Of(fault);
                terminal.Fail(code, message);
                return fault is CommandRefusal refusal ? refusal.ExitCode : Failure;
            }
        });
        return command;
    }

    /// <summary>As the other, for actions whose only outcomes are success and an exception.</summary>
    public static Command Runs(this Command command, Func<CommandContext, CancellationToken, Task> action) =>
        command.Runs(async (context, cancellationToken) =>
        {
            await action(context, cancellationToken);
            return Success;
        });
}
