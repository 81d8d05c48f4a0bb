using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Agreements;
using Marketplace.Chain.Agreements;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Catalog;
using Marketplace.Client.Revisions;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace agreements extend</summary>
internal static class AgreementsExtend
{
    const ulong MaxSpace = 1UL << 30, MaxTerm = uint.MaxValue;

    static readonly Argument<string> Id = new("id") { Description = "The agreement's number." };
    static readonly Option<ulong> Space = new("--space") { Description = "GiB to add; they can be used at once.", HelpName = "GIB" };
    static readonly Option<ulong> Term = new("--term") { Description = "Epochs to add to its end.", HelpName = "EPOCHS" };
    static readonly Option<string?> Listing = new("--listing") { Description = "Another offer of the same provider, whose price then holds for what is added.", HelpName = "N" };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show the price, but pay nothing." };
    static readonly Option<bool> Yes = Spending.CreateYes();

    public static Command Create() => new Command(
        "extend",
        """
        Add space or time to a running agreement, without moving any data. The total price is shown before anything is paid; what is not earned comes back.
        Examples:
          marketplace agreements extend 7 --term 30
          marketplace agreements extend 7 --space 5 --dry-run
          marketplace agreements extend 7 --term 60 --listing 12
        """) { Id, Space, Term, Listing, DryRun, Yes }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (id, space, term) = (TextArguments.ParseAgreement(context.Get(Id)), context.Get(Space), context.Get(Term));
        ListingId? listing = context.Get(Listing) is { } text ? TextArguments.ParseListing(text) : null;
        if (space == 0 && term == 0)
            throw new CommandRefusal("option-invalid", "Say what to add: --space GIB, --term EPOCHS, or both.");
        if (space > MaxSpace || term > MaxTerm)
            throw new CommandRefusal("option-invalid", $"--space is at most {MaxSpace} GiB, --term at most {MaxTerm} epochs.");
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var wallet = WalletAccess.AddressOf(session.Home);
        if (space > 0)
            await RequireCountersignatureAsync(session, id, cancellationToken);
        var quote = await QuoteAsync(session, new QuoteExtension(wallet, id, new GiB(space), term, listing), cancellationToken);
        if (context.Get(DryRun))
        {
            context.Terminal.Result(ToJson(quote, null), console => Show(console, quote));
            return;
        }
        Spending.RequireTokens(await session.Market.Token.GetBalanceAsync(wallet, cancellationToken: cancellationToken), quote.Deposit);
        Spending.Confirm(context, Yes, console => Show(console, quote), $"Pay up to {quote.Deposit.Space()}?");
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            switch (await cases.Send(new ExtendAgreement(quote), cancellationToken))
            {
                case ExtensionResult.NotEnoughTokens missing:
                    Spending.RequireTokens(missing.Balance, missing.Needed);
                    break;
                case ExtensionResult.Extended extended:
                    context.Terminal.Result(ToJson(quote, extended), console => console.WriteLine(
                        $"Agreement {id} has {extended.Agreement.Space} GiB and runs until epoch {extended.Agreement.End}; {extended.Deposit.Space()} were taken into escrow."));
                    break;
            }
        }, cancellationToken);
    }

    /// <summary>The registry ends a replaced key's word for an agreement that is given space: nobody could be audited on what it signed.</summary>
    /// <exception cref="CommandRefusal">countersign-first: this home's catalog holds such contents.</exception>
    static async Task RequireCountersignatureAsync(ConsumerSession session, AgreementId id, CancellationToken cancellationToken)
    {
        if (!File.Exists(session.Home.CatalogFile))
            return;
        using var catalog = CatalogDatabase.Open(session.Home.CatalogFile);
        if (catalog.Read(read => read.FindAgreement(id)) is { } held
            && await session.Market.Registry.FindAsync(held.Provider, cancellationToken: cancellationToken) is { Particulars: var present }
            && !held.IsCountersignedBy(session.Domain, present.Operator))
            throw new CommandRefusal(
                "countersign-first",
                $"The provider has replaced the key with which it countersigned what is stored under agreement {id}. With more space, that would bind it no more: run `marketplace agreements countersign {id}` first. Nothing was paid.");
    }

    static async Task<ExtensionQuote> QuoteAsync(ConsumerSession session, QuoteExtension request, CancellationToken cancellationToken) =>
        await WalletUseCases.Reading(session).Send(request, cancellationToken) switch
        {
            ExtensionQuoting.Quoted quoted => quoted.Quote,
            ExtensionQuoting.NotNow refused => throw new CommandRefusal("agreement-not-active", refused.Agreement.State == AgreementState.Proposed
                ? $"Agreement {request.Id} still waits for its provider; it can be extended once it runs."
                : $"Agreement {request.Id} cannot be extended any more: it is over, or was ended early. Rent anew with `marketplace rent`."),
            ExtensionQuoting.Unfit unfit => throw new CommandRefusal("listing-unfit", $"Listing {unfit.Listing} cannot be had for this: {unfit.Reason} Nothing was paid."),
            _ => throw AgreementsEnd.Unknown(request.Id),
        };

    static object ToJson(ExtensionQuote quote, ExtensionResult.Extended? extended) => new
    {
        extended = extended is not null,
        transaction = extended?.Transaction,
        id = quote.Agreement.Id,
        listing = quote.Offer.Id,
        price = quote.Offer.Terms.Price,
        addedGiB = quote.Extension.Space,
        addedTerm = quote.Extension.Term,
        spaceGiB = extended?.Agreement.Space ?? quote.NewSpace,
        end = extended?.Agreement.End ?? quote.NewEnd,
        deposit = extended?.Deposit ?? quote.Deposit,
        depositTokens = (extended?.Deposit ?? quote.Deposit).ToTokens(),
    };

    static void Show(IAnsiConsole console, ExtensionQuote quote)
    {
        var (agreement, extension) = (quote.Agreement, quote.Extension);
        console.WriteLine($"Agreement {agreement.Id} with {agreement.Provider}:");
        console.WriteLine($"Space     {agreement.Space} GiB -> {quote.NewSpace} GiB");
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Ends with epoch {agreement.End} -> {quote.NewEnd}"));
        console.WriteLine($"Price     {quote.Offer.Terms.Price.Space()} per GiB and epoch, by listing {quote.Offer.Id}; what was agreed before keeps its own");
        console.WriteLine($"Total     {quote.Deposit.Space()}{(extension.Space.Value > 0 ? " at most: added space is paid from the second epoch after this one" : "")}");
    }
}
