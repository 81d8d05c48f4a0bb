using System.CommandLine;

namespace Marketplace.Cli.Commands;

/// <summary>The consumer's commands: renting, and files.</summary>
internal static class ConsumerCommands
{
    /// <summary>All of them, for the root command.</summary>
    public static void AddTo(RootCommand root)
    {
        Command[] commands =
        [
            VaultCommands.Create(), WalletCommands.Create(), ListingsCommand.Create(), RentCommand.Create(), AgreementsCommands.Create(), AuditsCommand.Create(), StakeCommands.Create(), GovernanceCommands.Create(),
            PutCommand.Create(), GetCommand.Create(), LsCommand.Create(), RmCommand.Create(), .. VersionsCommands.Create(), TagCommand.Create(), StatCommand.Create(), VerifyCommand.Create(), RecoverCommand.Create(),
        ];
        foreach (var command in commands)
            root.Add(command);
    }
}
