using System.Globalization;
using Marketplace.Application.Activity;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Web.Activity;

/// <summary>An account's past, or the market's, as a table for other programs. The chain shows it to everybody; who asks this gateway for it has come in by its door, as for any page.</summary>
public static class ActivityExport
{
    /// <summary>Entries that are shown and written at most.</summary>
    public const int Most = 1_000;

    const string Path = "/activity/export", Market = "all";

    /// <summary>Where the browser gets it.</summary>
    /// <param name="account">Whose past; null for the market's.</param>
    /// <param name="kind">Of one kind alone; null for all.</param>
    public static string UrlOf(Address? account, ActivityKind? kind) => $"{Path}?account={account?.ToString() ?? Market}{(kind is { } one ? "&kind=" + ActivityKinds.KeyOf(one) : "")}";

    /// <summary>What happened one by one, also where a page tells it together.</summary>
    public static string Write(IEnumerable<ActivityRow> rows) => CsvText.Mark + CsvText.Row("Time (UTC)", "Kind", "What happened", "Transaction") + string.Concat(
        rows.SelectMany(row => row.Parts.DefaultIfEmpty(row).Select(one => CsvText.Row(
            row.Entry.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), ActivityKinds.NameOf(row.Kind), one.Words, row.Entry.Transaction.ToString()))));

    /// <summary>What is shown and written.</summary>
    internal static Task<IReadOnlyList<ActivityEntry>> ReadAsync(IMediator cases, Address? account, CancellationToken cancellationToken) =>
        account is { } whose ? cases.Send(new ListActivity(whose, Most), cancellationToken) : cases.Send(new ListMarketActivity(Most), cancellationToken);

    internal static void MapActivity(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(Path, ServeAsync);

    static async Task<IResult> ServeAsync(string? account, string? kind, IMediator cases, CancellationToken cancellationToken)
    {
        Address? whose = Address.TryParse(account, null, out var parsed) ? parsed : null;
        if (whose is null && account != Market)
            return Results.NotFound();
        try
        {
            var rows = ActivityRow.Of(await ReadAsync(cases, whose, cancellationToken), whose);
            var only = ActivityKinds.Parse(kind);
            var name = $"activity-{whose?.ToString() ?? "market"}{(only is { } one ? "-" + ActivityKinds.KeyOf(one) : "")}.csv";
            return Results.File(System.Text.Encoding.UTF8.GetBytes(Write(rows.Where(row => only is null || row.Kind == only))), "text/csv; charset=utf-8", name);
        }
        catch (EthereumRpcException)
        {
            return Results.Text("The chain does not answer now; try again.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
