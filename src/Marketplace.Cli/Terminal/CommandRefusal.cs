namespace Marketplace.Cli.Terminal;

/// <summary>A command could not be carried out for a reason that its user can act on.</summary>
/// <param name="code">Stable, for scripts: lower case with hyphens.</param>
/// <param name="message">What is wrong and what to do next, in a sentence or two.</param>
internal sealed class CommandRefusal(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;

    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; init; } = Commands.CommandRunner.Failure;
}
