using System.CommandLine;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Demo;
using Marketplace.Cli.Devnet;
using Marketplace.Cli.Gateway;
using Marketplace.Cli.Terminal;

var root = new RootCommand("Rent storage from many providers, keep files on it that only you can read, or provide space and be paid for it.")
{
    CommandOptions.Json,
    CommandOptions.Home,
    CommandOptions.PassphraseFile,
    ProviderCommands.Create(),
    GatewayCommands.Create(),
    DevnetCommands.Create(),
    DemoCommand.Create(),
    DeploymentCommands.Create(),
};

ConsumerCommands.AddTo(root);

// An argument that begins with @ is a name like any other, and never a file to read arguments from.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Errors.Count > 0 && parsed.GetValue(CommandOptions.Json))
{
    // A script gets one JSON document or none; help on standard output would be neither.
    new CommandTerminal(json: true, Console.Out, Console.Error).Fail("usage", string.Join(' ', parsed.Errors.Select(error => error.Message)));
    return CommandRunner.Failure;
}
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
