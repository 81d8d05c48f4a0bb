using Marketplace.Application.Activity;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Activity;

/// <summary>Events of the chain as sentences about the market: each says who did it.</summary>
public static class MarketWords
{
    /// <summary>What happened, and what it has to do with; null for what is no news of the market.</summary>
    public static (ActivityKind Kind, string Words)? Tell(ActivityEntry entry)
    {
        var who = entry.Provider is { } provider ? Texts.Short(provider) : "a provider";
        (ActivityKind Kind, string? Words)[] tellings =
        [
            (ActivityKind.Agreements, Ordered(entry.Event) ?? ActivityWords.Became(entry.Event)), (ActivityKind.Proofs, Failed(entry.Event, who) ?? ActivityWords.Cured(entry.Event)),
            (ActivityKind.Offers, Offered(entry.Event, who)), (ActivityKind.Votes, Proposed(entry.Event) ?? ActivityWords.Decided(entry.Event)),
        ];
        return tellings.FirstOrDefault(telling => telling.Words is not null) is (var kind, { } words) ? (kind, words) : null;
    }

    /// <summary>What one transaction did several times, in one sentence; null for what is better told one by one.</summary>
    /// <param name="happened">Of one kind; at least one.</param>
    public static string? OfMany(IReadOnlyList<ActivityEntry> happened) => happened[0].Event switch
    {
        StorageAgreements.AgreementProposedEvent e when happened.Select(entry => (StorageAgreements.AgreementProposedEvent)entry.Event).All(one => one.Consumer == e.Consumer && one.Term == e.Term) =>
            $"{Texts.Short(e.Consumer)} ordered {SpaceOf(happened)} from {Providers(happened)} for {Times.Epochs(e.Term)}, "
            + $"{ActivityWords.Sum<StorageAgreements.AgreementProposedEvent>(Events(happened), one => one.Deposit)} into escrow",
        StorageAgreements.AgreementProposedEvent => null,
        _ => ActivityWords.OfMany(Events(happened), Address.Zero),
    };

    /// <summary>Some providers accept at once, and others answer by hand, or decline.</summary>
    static string? Ordered(object happened) => happened is StorageAgreements.AgreementProposedEvent e
        ? $"{Texts.Short(e.Consumer)} ordered {Figures.Space(e.Space)} from {Texts.Short(e.Provider)} for {Times.Epochs(e.Term)}, {ActivityWords.Amount(e.Deposit)} into escrow" : null;

    static string? Failed(object happened, string who) => happened switch
    {
        ProviderRegistry.EpochsMissedEvent e => $"{who} missed {Times.Epochs(e.Missed)} up to epoch {e.Through}, {Figures.Whole(e.Forgiven)} of them forgiven",
        StakeVault.StakeSlashedEvent e => $"{who} was slashed: {ActivityWords.Amount(e.Staked + e.Unbonding)} of its own stake, {ActivityWords.Amount(e.Delegated + e.Undelegating)} of delegators’",
        DeclaredLosses.LossDeclaredEvent e => $"{who} declared that part of what it keeps in agreement {e.Agreement} is lost, which cost it {ActivityWords.Amount(e.Penalty)}",
        _ => null,
    };

    static string? Offered(object happened, string who) => happened switch
    {
        ProviderRegistry.ProviderRegisteredEvent e => $"{who} registered as a provider with {Texts.Name(e.Endpoint, 120)}",
        ProviderRegistry.ProviderUpdatedEvent e => $"{who} says that its node is {Texts.Name(e.Endpoint, 120)} now",
        ListingBook.ListingPublishedEvent e => $"{who} published offer {e.Listing}: {Figures.Space(e.Terms.Available)} at {ActivityWords.Amount(e.Terms.Price)} for a GiB and epoch",
        ListingBook.ListingChangedEvent e => $"{who} changed offer {e.Listing}: {Figures.Space(e.Terms.Available)} at {ActivityWords.Amount(e.Terms.Price)} for a GiB and epoch",
        ListingBook.ListingWithdrawnEvent e => $"{who} withdrew offer {e.Listing}",
        _ => null,
    };

    static string? Proposed(object happened) => happened is MarketplaceGovernor.ProposalCreatedEvent e ? $"{Texts.Short(e.Proposer)} proposed a change" : null;

    static IReadOnlyList<object> Events(IReadOnlyList<ActivityEntry> entries) => [.. entries.Select(entry => entry.Event)];

    static string SpaceOf(IReadOnlyList<ActivityEntry> opened) =>
        Figures.Space(new GiB(opened.Aggregate(0UL, (sum, entry) => ((StorageAgreements.AgreementProposedEvent)entry.Event).Space.Value is var more && more < ulong.MaxValue - sum ? sum + more : ulong.MaxValue)));

    static string Providers(IReadOnlyList<ActivityEntry> opened) =>
        opened.Select(entry => entry.Provider).Distinct().Count() is var count && count == 1 ? "1 provider" : $"{Figures.Whole((ulong)count)} providers";
}
