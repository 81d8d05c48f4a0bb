using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Agreements;
using Marketplace.Application.Pipeline;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace rent</summary>
internal static class RentCommand
{
    const int MaxProviders = 255;
    const ulong MaxSpace = 1UL << 30, MaxTerm = uint.MaxValue;

    static readonly Option<ulong> Space = new("--space") { Description = "GiB to rent from each provider.", HelpName = "GIB", Required = true };

    static readonly Option<ulong> Term = new("--term") { Description = "Epochs to rent for.", HelpName = "EPOCHS", Required = true };

    static readonly Option<int?> Count = new("--count") { Description = "How many providers; default: as many as the strongest coding that the market can hold needs.", HelpName = "N" };

    static readonly Option<string?> Coding = new("--coding") { Description = "Rent as many providers as this coding needs: standard, lean, small or devices.", HelpName = "NAME" };

    static readonly Option<string?> MaxPrice = new("--max-price") { Description = "The highest price per GiB and epoch, in tokens.", HelpName = "TOKENS" };

    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Choose providers and show the price, but rent nothing." };

    static readonly Option<bool> Yes = Spending.CreateYes();

    public static Command Create() => new Command(
        "rent",
        """
        Rent space from many providers in one transaction. What is not earned comes back.
        Examples:
          marketplace rent --space 10 --term 30
          marketplace rent --space 1 --term 60 --coding small --max-price 0.001 --dry-run
        """)
    {
        Space, Term, Count, Coding, MaxPrice, DryRun, Yes,
    }.Runs(RunAsync);

    /// <summary>What would do, best first.</summary>
    /// <exception cref="CommandRefusal">An option is out of its bounds.</exception>
    internal static IReadOnlyList<Need> NeedsOf(ulong space, ulong term, int? count, string? coding, TokenAmount? highest)
    {
        Require(space is >= 1 and <= MaxSpace, "--space is whole GiB, at least 1.");
        Require(term is >= 1 and <= MaxTerm, "--term is whole epochs, at least 1.");
        Require(count is null or (>= 1 and <= MaxProviders), $"--count is 1 to {MaxProviders}.");
        Require(count is null || coding is null, "Say either --count or --coding, not both.");
        if (count is { } providers)
            return [NeedFor(providers, DiversityRule.Standard)];
        if (coding is null)
            return [.. CodingScheme.All.Where(scheme => scheme != CodingScheme.Devices).Select(scheme => NeedFor(scheme.TotalFragments, DiversityRule.Standard))];
        var named = CodingNames.Parse(coding)!;
        // One's own devices stand in one house, and nobody's nines depend on them.
        return [NeedFor(named.TotalFragments, named == CodingScheme.Devices ? DiversityRule.OwnersOnly : DiversityRule.Standard)];

        Need NeedFor(int providers, DiversityRule rule) => new(providers, new GiB(space), term, highest, rule);

        static void Require(bool holds, string message)
        {
            if (!holds)
                throw new CommandRefusal("option-invalid", message);
        }
    }

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        TokenAmount? highest = context.Get(MaxPrice) is { } text ? TokenText.Parse(text) : null;
        var needs = NeedsOf(context.Get(Space), context.Get(Term), context.Get(Count), context.Get(Coding), highest);
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken);
        context.Terminal.Note("Asking the providers...");
        var wallet = WalletAccess.AddressOf(session.Consumer.Home);
        var quote = await QuoteAsync(session, [.. needs.Select(need => need with { Consumer = wallet })], cancellationToken);
        var balance = await session.Consumer.Market.Token.GetBalanceAsync(wallet, cancellationToken: cancellationToken);
        if (context.Get(DryRun))
        {
            context.Terminal.Result(ToJson(quote, null), console => Show(console, quote));
            return;
        }
        Spending.RequireTokens(balance, quote.Deposit);
        Spending.Confirm(context, Yes, console => Show(console, quote), $"Rent for {quote.Deposit.Space()}?");
        await WalletAccess.SpendAsync(context, session.Consumer, async (signer, sender) =>
        {
            await Spending.RequireGasAsync(session.Consumer.Market, signer.Address, cancellationToken);
            context.Terminal.Note("Renting; waiting for the transaction's block...");
            var cases = UseCases.Over(session.Client.Rentals!, signer, sender);
            switch (await cases.Send(new RentSpace(quote, session.Client.DataKey), cancellationToken))
            {
                case RentalResult.NotEnoughTokens missing:
                    Spending.RequireTokens(missing.Balance, missing.Needed);
                    break;
                case RentalResult.Opened opened:
                    context.Terminal.Result(ToJson(quote, opened), console => ShowOpened(console, quote, opened));
                    break;
            }
        }, cancellationToken);
    }

    static async Task<RentalQuote> QuoteAsync(VaultSession session, IReadOnlyList<Need> needs, CancellationToken cancellationToken) =>
        await session.UseCases.Send(new QuoteRental(needs), cancellationToken) switch
        {
            RentalQuoting.Quoted quoted => quoted.Quote,
            RentalQuoting.TooFew tooFew => throw new CommandRefusal(
                "too-few-providers", $"{tooFew.Missing.Message} Ask for less, pay more, or wait for more providers; nothing was paid."),
            _ => throw new InvalidOperationException("A quote of a kind that nobody knows."),
        };

    static object ToJson(RentalQuote quote, RentalResult.Opened? opened) => new
    {
        rented = opened is not null,
        transaction = opened?.Transaction,
        providers = quote.Offers.Count,
        spaceGiB = quote.Need.Space,
        term = quote.Need.Term,
        deposit = quote.Deposit,
        depositTokens = quote.Deposit.ToTokens(),
        agreements = quote.Offers.Select((row, index) => new
        {
            id = opened?.Agreements[index].ToString(),
            listing = row.Offer.Listing,
            provider = row.Offer.Endpoint.Provider,
            region = row.Offer.Region,
            price = row.Offer.Price,
            egressPrice = row.Offer.EgressPrice,
            accepted = row.Offer.AutoAccept,
        }),
    };

    static void Show(IAnsiConsole console, RentalQuote quote)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Listing", "Provider", "Region", "Price/GiB/epoch", "Per GiB read", "Latency");
        foreach (var row in quote.Offers)
        {
            table.AddRow(
                new Text(row.Offer.Listing.ToString()), new Text(row.Offer.Endpoint.Provider.ToString()), new Text(row.Offer.Region.Length == 0 ? "-" : row.Offer.Region),
                new Text(row.Offer.Price.Space()),
                new Text(row.Offer.EgressPrice == TokenAmount.Zero ? "free" : row.Offer.EgressPrice.Space()),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{row.Latency.TotalMilliseconds:0} ms")));
        }
        console.Write(table);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{quote.Offers.Count} providers, {quote.Need.Space} GiB at each, {quote.Need.Term} epochs: {quote.Deposit.Space()} in all."));
    }

    static void ShowOpened(IAnsiConsole console, RentalQuote quote, RentalResult.Opened opened)
    {
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Rented from {opened.Agreements.Count} providers for {quote.Deposit.Space()}: agreements {string.Join(", ", opened.Agreements)}."));
        var asking = quote.Offers.Count(row => !row.Offer.AutoAccept);
        if (asking > 0)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{asking} of them still have to accept; see `marketplace agreements`."));
    }
}
