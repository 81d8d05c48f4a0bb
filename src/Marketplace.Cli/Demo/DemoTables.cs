using System.Globalization;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Demo;

/// <summary>The demonstration's tables.</summary>
internal static class DemoTables
{
    public static Table OfProviders(IEnumerable<DemoProvider> providers)
    {
        var table = new Table { Border = TableBorder.Rounded }
            .AddColumn(new TableColumn("Provider").NoWrap()).AddColumn("Fate")
            .AddColumn(Right("Proven")).AddColumn(Right("Missed")).AddColumn(Right("Deposited")).AddColumn(Right("Paid")).AddColumn(Right("Refunded"))
            .AddColumn(Right("Slashed")).AddColumn(Right("Compensated"));
        foreach (var provider in providers)
        {
            table.AddRow(
                new Markup(provider.Name), new Markup(provider.Killed ? "[red]killed[/]" : "[green]alive[/]"), Number(provider.ProvenEpochs),
                Number(provider.MissedEpochs), Amount(provider.Deposited), Amount(provider.Paid), Amount(provider.Refunded), Amount(provider.Slashed),
                Amount(provider.Compensated));
        }
        return table;
    }

    public static Table OfBalances(DemoBalances balances)
    {
        var table = new Table { Border = TableBorder.Rounded }.AddColumn("Where the tokens are").AddColumn(Right("SPACE"));
        (string Where, TokenAmount Amount)[] rows =
        [
            ("The consumer's wallet", balances.Consumer),
            ("The providers' wallets", balances.Providers),
            ("The stake vault", balances.Staked),
            ("The treasury: its part of slashes", balances.Treasury),
            ("Escrow: credited, not withdrawn (fees)", balances.EscrowWithdrawable),
            ("Escrow: held for agreements", balances.EscrowHeld),
            ("Never handed out", balances.NeverHandedOut),
        ];
        foreach (var (where, amount) in rows)
            table.AddRow(new Markup(where), Amount(amount));
        table.AddEmptyRow();
        return table.AddRow(new Markup("[bold]All there are[/]"), Amount(balances.TotalSupply));
    }

    public static void ShowEnd(IAnsiConsole console, DemoReport report)
    {
        var table = new Table { Border = TableBorder.Rounded, ShowHeaders = false }.AddColumns("", "");
        table.AddRow("File", string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(report.File)}, {report.FileBytes / 1048576.0:F1} MiB").EscapeMarkup());
        table.AddRow("Coding", report.Coding);
        table.AddRow("Upload", Rate(report.FileBytes, report.UploadSeconds));
        table.AddRow("Download from 4 of 12", Rate(report.FileBytes, report.DownloadSeconds));
        table.AddRow("SHA-256", report.Sha256 == report.DownloadedSha256 ? $"{report.Sha256[..16]}... both times" : "[red]differs[/]");
        table.AddRow("Gas of a proof", string.Create(CultureInfo.InvariantCulture, $"{report.Epochs.Where(epoch => epoch.Proven > 0).Select(epoch => (double)epoch.Gas).DefaultIfEmpty().Average():N0}"));
        table.AddRow("Claims", $"{report.Claims.Count(claim => claim.Holds)} of {report.Claims.Count} hold");
        table.AddRow("Time", string.Create(CultureInfo.InvariantCulture, $"{report.Seconds:F0} s"));
        console.WriteLine();
        console.Write(table);
        foreach (var claim in report.Claims.Where(claim => !claim.Holds))
            console.MarkupLineInterpolated($"[red]This did not hold: {claim.Text} ({claim.Evidence})[/]");
    }

    static string Rate(long bytes, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s, {bytes / 1048576.0 / Math.Max(seconds, 0.001):F0} MiB/s");

    static TableColumn Right(string title) => new TableColumn(title).RightAligned();

    static Text Number(ulong number) => new(number.ToString(CultureInfo.InvariantCulture));

    static Text Amount(TokenAmount amount) => new(amount.ToTokens());
}
