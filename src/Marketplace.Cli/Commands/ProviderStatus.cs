using System.CommandLine;
using Marketplace.Cli.Terminal;
using Marketplace.Provider.Administration;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace provider status</summary>
internal static class ProviderStatus
{
    public static Command Create() => new Command("status", "Show stake, reserved space, track record, earnings and whether the node runs.").Runs(ShowAsync);

    static async Task ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new NodeHome(context.Home);
        var settings = home.LoadSettings();
        using var session = await ChainSession.OpenAsync(settings.Chain.OriginalString, home.DeploymentFile, cancellationToken);
        var market = session.Market;
        var provider = settings.OwnerAddress;
        var registered = await market.Registry.FindAsync(provider, cancellationToken: cancellationToken)
            ?? throw new CommandRefusal("not-registered", $"{provider} is not registered: run `marketplace provider init` again.");
        var stake = await market.Stakes.GetAsync(provider, cancellationToken: cancellationToken);
        var record = await market.Registry.GetTrackRecordAsync(provider, cancellationToken: cancellationToken);
        var earned = await market.Escrow.GetWithdrawableAsync(provider, cancellationToken: cancellationToken);
        var epoch = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var checkpoint = await market.Proofs.FindCheckpointAsync(provider, cancellationToken: cancellationToken);
        var health = await HealthAsync(settings, cancellationToken);

        context.Terminal.Result(
            new
            {
                provider,
                registered.Particulars.Operator,
                registered.Particulars.Endpoint,
                epoch,
                stake.Staked,
                stake.Unbonding,
                reservedGiB = stake.Reserved,
                record.Proven,
                record.Missed,
                record.Slashed,
                withdrawable = earned,
                checkpoint = checkpoint is null ? null : new { checkpoint.Checkpoint.Leaves, checkpoint.Checkpoint.Agreements, committedIn = checkpoint.CommittedIn },
                node = health,
            },
            console => console.Write(new Table { Border = TableBorder.Rounded, ShowHeaders = false }.AddColumns("", "")
                .AddRow("Provider", provider.ToString())
                .AddRow("Endpoint", registered.Particulars.Endpoint)
                .AddRow("Node", health)
                .AddRow("Epoch", epoch.ToString())
                .AddRow("Stake", $"{stake.Staked.Space()}, and {stake.Unbonding.Space()} unbonding")
                .AddRow("Reserved", $"{stake.Reserved} GiB")
                .AddRow("Stored", checkpoint is null ? "no checkpoint yet" : $"{checkpoint.Checkpoint.Leaves} KiB in {checkpoint.Checkpoint.Agreements} agreements")
                .AddRow("Track record", $"{record.Proven} epochs proven, {record.Missed} missed, {record.Slashed.Space()} slashed")
                .AddRow("To withdraw", earned.Space())));
    }

    static async Task<string> HealthAsync(NodeSettings settings, CancellationToken cancellationToken)
    {
        if (settings.AdminListen is null)
            return "unknown (health is switched off)";
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{settings.AdminListen}/health"), cancellationToken);
            return answer.IsSuccessStatusCode ? "running" : "running, with trouble: see /health";
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return "not running";
        }
    }
}
