using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Listings;
using Marketplace.Application.Pipeline;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace listings</summary>
internal static class ListingsCommand
{
    const int DaysInMonth = 30;

    static readonly Option<string?> MaxPrice = new("--max-price") { Description = "Only offers up to this price per GiB and epoch, in tokens.", HelpName = "TOKENS" };

    static readonly Option<string?> Region = new("--region") { Description = "Only offers in this region: two letters, such as DE.", HelpName = "REGION" };

    public static Command Create() => new Command(
        "listings",
        """
        Show who offers space at what price, and how well they have done.
        Example: marketplace listings --max-price 0.001 --region DE
        """) { MaxPrice, Region }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        TokenAmount? highest = context.Get(MaxPrice) is { } text ? TokenText.Parse(text) : null;
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        using var transport = session.CreateTransport(dataKey: null, context.Time);
        var cases = UseCases.Over(session.Market, new ChainMarketView(session.Market), new ProviderProber(transport));
        var offers = await cases.Send(new ListOffers(highest, context.Get(Region), WalletAccess.FindAddress(session.Home)), cancellationToken);
        var epoch = session.Market.Clock.EpochLength;
        context.Terminal.Result(
            new { epochSeconds = (long)epoch.TotalSeconds, listings = offers.Select(ToJson) },
            console => Show(console, offers, epoch));
    }

    static object ToJson(ListedOffer listed) => new
    {
        id = listed.Offer.Listing,
        provider = listed.Offer.Endpoint.Provider,
        endpoint = listed.Offer.Endpoint.Url.ToString(),
        price = listed.Offer.Price,
        pricePerGiBEpoch = listed.Offer.Price.ToTokens(),
        egressPrice = listed.Offer.EgressPrice,
        availableGiB = listed.Offer.Available,
        minTerm = listed.Offer.MinTerm,
        maxTerm = listed.Offer.MaxTerm,
        autoAccept = listed.Offer.AutoAccept,
        region = listed.Offer.Region,
        stake = listed.Offer.Stake,
        proven = listed.Record.Proven,
        missed = listed.Record.Missed,
        slashed = listed.Record.Slashed,
        latencyMs = listed.Latency is { } latency ? Math.Round(latency.TotalMilliseconds, 1) : (double?)null,
    };

    static void Show(IAnsiConsole console, IReadOnlyList<ListedOffer> offers, TimeSpan epoch)
    {
        if (offers.Count == 0)
        {
            console.WriteLine("Nobody offers space that fits.");
            return;
        }
        var isDaily = epoch == TimeSpan.FromDays(1);
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("Listing", "Provider", "Price/GiB/epoch")
            .AddColumns(isDaily ? ["Per TiB and month"] : Array.Empty<string>())
            .AddColumns("Per GiB read", "Free GiB", "Terms", "Region", "Proven/missed", "Slashed", "Latency");
        foreach (var listed in offers)
            table.AddRow([.. Cells(listed, isDaily).Select(cell => new Text(cell))]);
        console.Write(table);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{offers.Count} offers; an epoch is {Figures.Duration(epoch)}."));
    }

    /// <summary>Anybody may list at any price, also at one of which thirty thousand are no amount.</summary>
    internal static string PerTiBAndMonth(TokenAmount price) =>
        price.Value <= UInt128.MaxValue / (1024 * DaysInMonth) ? (price * (1024 * DaysInMonth)).Space() : "-";

    static IEnumerable<string> Cells(ListedOffer listed, bool isDaily)
    {
        var offer = listed.Offer;
        yield return offer.Listing.ToString();
        yield return offer.Endpoint.Provider.ToString();
        yield return offer.Price.Space();
        if (isDaily)
            yield return PerTiBAndMonth(offer.Price);
        yield return offer.EgressPrice == TokenAmount.Zero ? "free" : offer.EgressPrice.Space();
        yield return offer.Available.ToString();
        yield return string.Create(CultureInfo.InvariantCulture, $"{offer.MinTerm}-{offer.MaxTerm}{(offer.AutoAccept ? "" : ", asks")}");
        yield return offer.Region.Length == 0 ? "-" : offer.Region;
        yield return string.Create(CultureInfo.InvariantCulture, $"{listed.Record.Proven}/{listed.Record.Missed}");
        yield return listed.Record.Slashed == TokenAmount.Zero ? "-" : listed.Record.Slashed.Space();
        yield return listed.Latency is { } latency ? string.Create(CultureInfo.InvariantCulture, $"{latency.TotalMilliseconds:0} ms") : "no answer";
    }
}
