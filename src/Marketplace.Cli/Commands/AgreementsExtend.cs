using System.CommandLine;
using Marketplace.Application.Agreements;
using Marketplace.Application.Transactions;
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

    static readonly Argument<string[]> Ids = AgreementsNamed.CreateIds();
    static readonly Option<bool> Rental = AgreementsNamed.CreateRental();
    static readonly Option<ulong> Space = new("--space") { Description = "GiB to add to each; they can be used at once.", HelpName = "GIB" };
    static readonly Option<ulong> Term = new("--term") { Description = "Epochs to add to the end of each.", HelpName = "EPOCHS" };
    static readonly Option<string?> Listing = new("--listing") { Description = "Another offer of the same provider, whose price then holds for what is added; for one agreement.", HelpName = "N" };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show the price, but pay nothing." };
    static readonly Option<bool> Yes = Spending.CreateYes();

    public static Command Create() => new Command(
        "extend",
        """
        Add space or time to running agreements, without moving any data, with one transaction for all of them. The total price is shown before anything is
        paid; what is not earned comes back. Of several, those that cannot be extended now are named and left out.
        Examples:
          marketplace agreements extend 7 --term 30
          marketplace agreements extend 7 --rental --term 30     # with all that was rented together with it
          marketplace agreements extend 7 8 9 --space 5 --dry-run
          marketplace agreements extend 7 --term 60 --listing 12
        """) { Ids, Rental, Space, Term, Listing, DryRun, Yes }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (space, term, listing) = ReadAddition(context);
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var ids = await AgreementsNamed.ReadAsync(context, session, Ids, Rental, cancellationToken);
        if (listing is not null && ids.Count > 1)
            throw new CommandRefusal("option-invalid", "--listing is another offer of one agreement's provider: name one agreement.");
        if (space.Value > 0)
            await RequireCountersignaturesAsync(session, ids, cancellationToken);
        var wallet = WalletAccess.AddressOf(session.Home);
        var plan = await PlanAsync(session, new QuoteExtensions(wallet, ids, space, term, listing), cancellationToken);
        if (context.Get(DryRun))
        {
            context.Terminal.Result(ExtensionReport.ToJson(plan, []), console => ExtensionReport.Show(console, plan));
            return;
        }
        Spending.RequireTokens(await session.Market.Token.GetBalanceAsync(wallet, cancellationToken: cancellationToken), plan.Deposit);
        Spending.Confirm(context, Yes, console => ExtensionReport.Show(console, plan), $"Pay up to {plan.Deposit.Space()}?");
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            var done = await AgreementsNamed.SendAsync(context.Terminal, plan.Parts, quote => quote.Agreement.Id, "extended", async part =>
            {
                var result = await cases.Send(new ExtendAgreements(part.Items), cancellationToken);
                if (result is ExtensionResult.NotEnoughTokens missing)
                    Spending.RequireTokens(missing.Balance, missing.Needed);
                return (ExtensionResult.Extended)result;
            });
            context.Terminal.Result(ExtensionReport.ToJson(plan, done), console => ExtensionReport.Tell(console, plan, done));
        }, cancellationToken);
    }

    static (GiB Space, ulong Term, ListingId? Listing) ReadAddition(CommandContext context)
    {
        _ = AgreementsNamed.Parse(context, Ids);
        var (space, term) = (context.Get(Space), context.Get(Term));
        ListingId? listing = context.Get(Listing) is { } text ? TextArguments.ParseListing(text) : null;
        if (space == 0 && term == 0)
            throw new CommandRefusal("option-invalid", "Say what to add: --space GIB, --term EPOCHS, or both.");
        if (space > MaxSpace || term > MaxTerm)
            throw new CommandRefusal("option-invalid", $"--space is at most {MaxSpace} GiB, --term at most {MaxTerm} epochs.");
        return (new GiB(space), term, listing);
    }

    /// <summary>The registry ends a replaced key's word for an agreement that is given space: nobody could be audited on what it signed.</summary>
    /// <exception cref="CommandRefusal">countersign-first: this home's catalog holds such contents.</exception>
    static async Task RequireCountersignaturesAsync(ConsumerSession session, IReadOnlyList<AgreementId> ids, CancellationToken cancellationToken)
    {
        if (!File.Exists(session.Home.CatalogFile))
            return;
        using var catalog = CatalogDatabase.Open(session.Home.CatalogFile);
        foreach (var held in catalog.Read(read => ids.Select(read.FindAgreement).OfType<RentedAgreement>().ToList()))
        {
            if (await session.Market.Registry.FindAsync(held.Provider, cancellationToken: cancellationToken) is { Particulars: var present }
                && !held.IsCountersignedBy(session.Domain, present.Operator))
                throw new CommandRefusal(
                    "countersign-first",
                    $"The provider has replaced the key with which it countersigned what is stored under agreement {held.Id}. With more space, that would bind it no more: run `marketplace agreements countersign {held.Id}` first. Nothing was paid.");
        }
    }

    /// <summary>What can be extended, and with how many transactions.</summary>
    /// <exception cref="CommandRefusal">None of them can be.</exception>
    static async Task<ExtensionPlan> PlanAsync(ConsumerSession session, QuoteExtensions request, CancellationToken cancellationToken)
    {
        var cases = WalletUseCases.Reading(session);
        var quoted = await cases.Send(request, cancellationToken);
        var quotes = quoted.OfType<ExtensionQuoting.Quoted>().Select(row => row.Quote).ToList();
        if (quotes.Count == 0)
            throw await RefusalOfAsync(session, request, quoted[0], cancellationToken);
        return new ExtensionPlan(
            request.Ids.Count, await cases.Send(new PrepareExtensions(request.Consumer, quotes), cancellationToken), [.. quoted.Where(row => row.Reason is not null)]);
    }

    static async Task<CommandRefusal> RefusalOfAsync(ConsumerSession session, QuoteExtensions request, ExtensionQuoting first, CancellationToken cancellationToken)
    {
        // What nobody could pay is told before what the contracts think of it.
        if (first is ExtensionQuoting.Refused dear)
            Spending.RequireTokens(await session.Market.Token.GetBalanceAsync(request.Consumer, cancellationToken: cancellationToken), dear.Quote.Deposit);
        return first switch
        {
            ExtensionQuoting.NotNow refused => new CommandRefusal("agreement-not-active", refused.Agreement.State == AgreementState.Proposed
                ? $"Agreement {first.Id} still waits for its provider; it can be extended once it runs."
                : $"Agreement {first.Id} cannot be extended any more: it is over, or was ended early. Rent anew with `marketplace rent`."),
            ExtensionQuoting.Unfit unfit => new CommandRefusal("listing-unfit", $"Listing {unfit.Listing} cannot be had for this: {unfit.Reason} Nothing was paid."),
            ExtensionQuoting.Refused => new CommandRefusal("contract-refused", $"{first.Reason} Nothing was paid."),
            _ => AgreementsEnd.Unknown(first.Id),
        };
    }
}

/// <summary>An extension that can be had.</summary>
/// <param name="Named">How many agreements were asked about.</param>
/// <param name="Parts">A transaction each.</param>
/// <param name="LeftOut">What cannot be extended now.</param>
internal sealed record ExtensionPlan(int Named, IReadOnlyList<TransactionPart<ExtensionQuote>> Parts, IReadOnlyList<ExtensionQuoting> LeftOut)
{
    public IReadOnlyList<ExtensionQuote> Quotes { get; } = [.. Parts.SelectMany(part => part.Items)];

    public TokenAmount Deposit => Quotes.Aggregate(TokenAmount.Zero, (sum, quote) => sum + quote.Deposit);
}
