using System.CommandLine;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace provider</summary>
internal static class ProviderCommands
{
    public static Command Create() => new("provider", "Rent out disk space of this machine.")
    {
        ProviderInit.Create(),
        ProviderRun.Create(),
        ProviderStatus.Create(),
        ProviderListings.CreateList(),
        ProviderListings.CreateUnlist(),
        ProviderCommissionCommand.Create(),
        ProviderLosses.Create(),
        ProviderMoney.CreateStake(),
        ProviderMoney.CreateUnstake(),
        ProviderMoney.CreateWithdraw(),
    };
}
