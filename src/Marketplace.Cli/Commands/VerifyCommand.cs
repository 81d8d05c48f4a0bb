using System.CommandLine;
using Marketplace.Application.Objects;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace verify</summary>
internal static class VerifyCommand
{
    static readonly Argument<string> Name = ObjectArguments.Name();

    static readonly Option<bool> Full = new("--full") { Description = "Read every byte of every fragment, not only a random sample." };

    public static Command Create() => new Command(
        "verify",
        """
        Ask every provider of an object to show that it still has its fragments. Exits with 1 when some cannot.
        Example: marketplace verify holiday.tar --full
        """) { Name, Full }.Runs(RunAsync);

    static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = ObjectArguments.Parse(context.Get(Name));
        using var session = await VaultSession.OpenAsync(context, cancellationToken);
        context.Terminal.Note("Asking the providers...");
        var description = await session.UseCases.Send(new DescribeObject(name, context.Get(Full)), cancellationToken) ?? throw ObjectArguments.NotFound(name);
        var health = description.Health
            ?? throw new CommandRefusal("damaged", $"The catalog's entry of '{ObjectArguments.Shown(name)}' is damaged or another vault's; `marketplace recover` may bring it back.");
        context.Terminal.Result(HealthJson.Of(health), console => HealthTable.Write(console, health));
        return health.Healthy == health.Holders.Count ? CommandRunner.Success : CommandRunner.Failure;
    }
}
