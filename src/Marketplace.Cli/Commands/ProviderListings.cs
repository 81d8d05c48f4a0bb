using System.CommandLine;
using Marketplace.Chain.Listings;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Administration;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace provider list and unlist</summary>
internal static class ProviderListings
{
    static readonly Option<string> Price = new("--price") { Description = "Tokens per GiB and epoch, such as 0.0001.", Required = true };
    static readonly Option<ulong> Space = new("--space") { Description = "GiB on offer.", Required = true };
    static readonly Option<ulong> MinTerm = new("--min-term") { Description = "Shortest term in epochs.", DefaultValueFactory = _ => 1 };
    static readonly Option<ulong> MaxTerm = new("--max-term") { Description = "Longest term in epochs.", DefaultValueFactory = _ => 3_650 };
    static readonly Option<string> Egress = new("--egress-price") { Description = "Tokens per GiB read.", DefaultValueFactory = _ => "0" };
    static readonly Option<string?> OnlyFor = new("--only-for") { Description = "The address of the one consumer who may take it (default: everybody).", HelpName = "ADDRESS" };
    static readonly Option<bool> Manual = new("--manual") { Description = "Agreements wait for your answer instead of opening at once." };
    static readonly Argument<ulong> Number = new("listing") { Description = "The listing's number." };

    public static Command CreateList() =>
        new Command(
            "list",
            """
            Offer space. Price and terms bind: an agreement copies them when it opens, and what is added to it later follows the offer of that time. An offer for
            one consumer also lets it extend its agreement on terms that you two agreed on.
            Examples:
              marketplace provider list --price 0.0001 --space 500
              marketplace provider list --price 0.00008 --space 50 --only-for 0x5290...
            """) { Price, Space, MinTerm, MaxTerm, Egress, OnlyFor, Manual }.Runs(ListAsync);

    public static Command CreateUnlist() => new Command("unlist", "Take an offer back; agreements under it run on.") { Number }.Runs(UnlistAsync);

    static Task ListAsync(CommandContext context, CancellationToken cancellationToken) => ProviderHome.AsOwnerAsync(
        context,
        async (session, _, sender) =>
        {
            var capacity = (ulong)new NodeHome(context.Home).LoadSettings().CapacityGiB;
            if (context.Get(Space) > capacity)
                throw new CommandRefusal("space-too-large", $"The node may fill {capacity} GiB (capacityGiB in node.json); {context.Get(Space)} cannot be offered.");
            Address? onlyFor = context.Get(OnlyFor) is { } text ? TextArguments.ParseAddress(text) : null;
            var terms = new ListingTerms(
                TokenText.Parse(context.Get(Price)), new GiB(context.Get(Space)), context.Get(MinTerm), context.Get(MaxTerm),
                TokenText.Parse(context.Get(Egress)), !context.Get(Manual), onlyFor);
            var receipt = await sender.SendAsync(session.Market.Listings.Publish(terms), "list", cancellationToken);
            var listing = session.Market.Listings.ReadPublished(receipt);
            context.Terminal.Result(
                new { listing, terms.Price, space = terms.Available, egressPrice = terms.EgressPrice, onlyFor },
                console => console.WriteLine($"Listing {listing}: {terms.Available} GiB at {terms.Price.Space()} per GiB and epoch{(onlyFor is null ? "" : $", for {onlyFor} only")}."));
            return true;
        },
        cancellationToken);

    static Task UnlistAsync(CommandContext context, CancellationToken cancellationToken) => ProviderHome.AsOwnerAsync(
        context,
        async (session, _, sender) =>
        {
            var listing = new ListingId(context.Get(Number));
            await sender.SendAsync(session.Market.Listings.Withdraw(listing), "unlist", cancellationToken);
            context.Terminal.Result(new { listing, withdrawn = true }, console => console.WriteLine($"Listing {listing} is withdrawn."));
            return true;
        },
        cancellationToken);
}
