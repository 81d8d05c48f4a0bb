using System.CommandLine;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Demo;
using Marketplace.Cli.Devnet;

var root = new RootCommand("Rent storage from many providers, keep files on it that only you can read, or provide space and be paid for it.")
{
    CommandOptions.Json,
    CommandOptions.Home,
    CommandOptions.PassphraseFile,
    ProviderCommands.Create(),
    DevnetCommands.Create(),
    DemoCommand.Create(),
};

ConsumerCommands.AddTo(root);

// An argument that begins with @ is a name like any other, and never a file to read arguments from.
return await root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
