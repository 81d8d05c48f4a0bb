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

/// <summary>An account's past as a table for other programs. The chain shows it to everybody; who asks this gateway for it has come in by its door, as for any page.</summary>
public static class ActivityExport
{
    /// <summary>Entries that are shown and written at most.</summary>
    public const int Most = 1_000;

    const string Path = "/activity/export";

    /// <summary>Where the browser gets it.</summary>
    /// <param name="account">Whose past.</param>
    /// <param name="kind">Of one kind alone; null for all.</param>
    public static string UrlOf(Address account, ActivityKind? kind) => $"{Path}?account={account}{(kind is { } one ? "&kind=" + ActivityKinds.KeyOf(one) : "")}";

    /// <summary>What happened one by one, also where a page tells it together.</summary>
    public static string Write(IEnumerable<ActivityRow> rows) => CsvText.Mark + CsvText.Row("Time (UTC)", "Kind", "What happened", "Transaction") + string.Concat(
        rows.SelectMany(row => row.Parts.DefaultIfEmpty(row.Words).Select(words => CsvText.Row(
            row.Entry.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), ActivityKinds.NameOf(row.Kind), words, row.Entry.Transaction.ToString()))));

    internal static void MapActivity(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(Path, ServeAsync);

    static async Task<IResult> ServeAsync(string? account, string? kind, IMediator cases, CancellationToken cancellationToken)
    {
        if (!Address.TryParse(account, null, out var whose))
            return Results.NotFound();
        try
        {
            var rows = ActivityRow.Of(await cases.Send(new ListActivity(whose, Most), cancellationToken), whose);
            var only = ActivityKinds.Parse(kind);
            var name = $"activity-{whose}{(only is { } one ? "-" + ActivityKinds.KeyOf(one) : "")}.csv";
            return Results.File(System.Text.Encoding.UTF8.GetBytes(Write(rows.Where(row => only is null || row.Kind == only))), "text/csv; charset=utf-8", name);
        }
        catch (EthereumRpcException)
        {
            return Results.Text("The chain does not answer now; try again.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
