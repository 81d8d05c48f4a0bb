using Marketplace.Application.Transactions;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Listings;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Asks what more space or time for agreements costs; nothing is spent. The answers are in the order of the numbers.</summary>
/// <param name="Consumer">The wallet, whose agreements they have to be.</param>
/// <param name="Ids">The agreements, each once.</param>
/// <param name="Space">Added to each.</param>
/// <param name="Term">Epochs added to the end of each.</param>
/// <param name="Listing">Another offer of the same provider, for one agreement; null for each agreement's own.</param>
public sealed record QuoteExtensions(Address Consumer, IReadOnlyList<AgreementId> Ids, GiB Space, ulong Term, ListingId? Listing)
    : IRequest<IReadOnlyList<ExtensionQuoting>>;

/// <summary>What an extension comes to, at most: added space is paid from the second epoch after the transaction's, so waiting makes it cheaper.</summary>
/// <param name="Agreement">As it is before.</param>
/// <param name="Offer">Whose price holds for what is added.</param>
/// <param name="Extension">What is asked for, at no more than this price.</param>
/// <param name="NewEnd">The epoch after the last payable one.</param>
public sealed record ExtensionQuote(AgreementInfo Agreement, ListingInfo Offer, AgreementExtension Extension, Epoch NewEnd)
{
    /// <summary>All of the agreement's space afterwards.</summary>
    public GiB NewSpace => new(Agreement.Space.Value + Extension.Space.Value);

    /// <summary>Taken into escrow.</summary>
    public TokenAmount Deposit => Extension.MaxDeposit;
}

/// <summary>A quote, or why there is none.</summary>
public abstract record ExtensionQuoting
{
    ExtensionQuoting(AgreementId id, string? reason) => (Id, Reason) = (id, reason);

    /// <summary>The agreement.</summary>
    public AgreementId Id { get; }

    /// <summary>Why it cannot be had, in a sentence; null where it can.</summary>
    public string? Reason { get; }

    /// <summary>It can be had.</summary>
    public sealed record Quoted(ExtensionQuote Quote) : ExtensionQuoting(Quote.Agreement.Id, null);

    /// <summary>There is no such agreement of this wallet.</summary>
    public sealed record Unknown(AgreementId Agreement) : ExtensionQuoting(Agreement, "It is none of this account’s.");

    /// <summary>It does not run any more, or not yet.</summary>
    public sealed record NotNow(AgreementInfo Agreement, Epoch Now) : ExtensionQuoting(Agreement.Id, AgreementWords.WhyNotNow(Agreement));

    /// <summary>The offer cannot be had for it.</summary>
    /// <param name="Agreement">The agreement.</param>
    /// <param name="Listing">The offer.</param>
    /// <param name="Why">One sentence.</param>
    public sealed record Unfit(AgreementId Agreement, ListingId Listing, string Why) : ExtensionQuoting(Agreement, Why);

    /// <summary>The contracts would refuse it now, whatever is paid.</summary>
    /// <param name="Quote">What it would have come to.</param>
    /// <param name="Why">One sentence.</param>
    public sealed record Refused(ExtensionQuote Quote, string Why) : ExtensionQuoting(Quote.Agreement.Id, Why);
}

/// <inheritdoc cref="QuoteExtensions"/>
public sealed class QuoteExtensionsHandler(Market market) : IRequestHandler<QuoteExtensions, IReadOnlyList<ExtensionQuoting>>
{
    /// <summary>Added space is paid from this many epochs after the current one (docs/protocol.md, section 3.2).</summary>
    const ulong EpochsToStart = 2;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ExtensionQuoting>> Handle(QuoteExtensions request, CancellationToken cancellationToken)
    {
        var agreements = (await market.Agreements.GetManyAsync(request.Ids, cancellationToken: cancellationToken))
            .Where(agreement => agreement.Consumer == request.Consumer).ToDictionary(agreement => agreement.Id);
        var offers = await ReadOffersAsync(agreements.Values.Select(agreement => request.Listing ?? agreement.Listing), cancellationToken);
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        // What one takes of an offer is not there for the next.
        var taken = new Dictionary<ListingId, ulong>();
        List<ExtensionQuoting> quoted =
        [
            .. request.Ids.Select(id => agreements.TryGetValue(id, out var agreement)
                ? Quote(request, agreement, offers.GetValueOrDefault(request.Listing ?? agreement.Listing), now, taken) : new ExtensionQuoting.Unknown(id)),
        ];
        return await TryOutAsync(request.Consumer, quoted, cancellationToken);
    }

    async Task<Dictionary<ListingId, ListingInfo>> ReadOffersAsync(IEnumerable<ListingId> ids, CancellationToken cancellationToken)
    {
        var count = await market.Listings.CountAsync(cancellationToken: cancellationToken);
        var known = ids.Distinct().Where(id => id.Value > 0 && id.Value <= count).ToList();
        return (await market.Listings.GetManyAsync(known, cancellationToken: cancellationToken)).ToDictionary(offer => offer.Id);
    }

    static ExtensionQuoting Quote(QuoteExtensions request, AgreementInfo agreement, ListingInfo? known, Epoch now, Dictionary<ListingId, ulong> taken)
    {
        if (agreement.State != AgreementState.Active || now >= agreement.End)
            return new ExtensionQuoting.NotNow(agreement, now);
        ExtensionQuoting.Unfit Unfit(string why) => new(agreement.Id, request.Listing ?? agreement.Listing, why);
        if (known is not { } offer)
            return Unfit("There is no such listing.");
        var needed = request.Space.Value + (offer.Id != agreement.Listing ? agreement.Space.Value : 0);
        var before = taken.GetValueOrDefault(offer.Id);
        if (ReasonAgainst(offer, agreement, before, needed) is { } reason)
            return Unfit(reason);
        var (end, from) = (agreement.End + request.Term, now + EpochsToStart);
        if (request.Space.Value > 0 && from >= end)
            return Unfit($"Added space would be paid from epoch {from} on, but the agreement ends in {end}; add time, too.");
        if (DepositOf(offer.Terms.Price, agreement, request, request.Space.Value == 0 ? 0 : end - from) is not { } deposit)
            return Unfit("Its price comes to more than there can be.");
        taken[offer.Id] = before + needed;
        return new ExtensionQuoting.Quoted(new ExtensionQuote(
            agreement, offer, new AgreementExtension(request.Listing, request.Space, request.Term, deposit), end));
    }

    static string? ReasonAgainst(ListingInfo offer, AgreementInfo agreement, ulong taken, ulong needed) => offer switch
    {
        _ when offer.Provider != agreement.Provider => $"It is {offer.Provider}'s, another provider's than the agreement's.",
        { IsWithdrawn: true } => "It is withdrawn; ask the provider for another one.",
        { Terms.AutoAccept: false } => "It waits for the provider's answer, which extensions do not; ask the provider for one that accepts automatically.",
        { Terms.OnlyFor: { } only } when only != agreement.Consumer => $"It is for {only} only.",
        _ when offer.Terms.Available.Value < taken + needed => $"It has {offer.Terms.Available.Value - taken} GiB left, {needed} are needed.",
        _ => null,
    };

    static TokenAmount? DepositOf(TokenAmount price, AgreementInfo agreement, QuoteExtensions request, ulong epochsOfSpace)
    {
        try
        {
            return price * agreement.Space.Value * request.Term + price * request.Space.Value * epochsOfSpace;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>Stake, longest terms and pauses are the contracts' to judge: each is tried out by itself, so that one that they refuse spoils no other.</summary>
    async Task<IReadOnlyList<ExtensionQuoting>> TryOutAsync(Address consumer, List<ExtensionQuoting> quoted, CancellationToken cancellationToken)
    {
        var quotes = quoted.OfType<ExtensionQuoting.Quoted>().Select(row => row.Quote).ToList();
        var refusals = await Trials.RefusalsAsync(
            market.Client, [.. quotes.Select(quote => market.Agreements.Extend(quote.Agreement.Id, quote.Extension, permit: null) with { From = consumer })], cancellationToken);
        var refused = quotes.Zip(refusals).Where(row => row.Second is not null).ToDictionary(row => row.First.Agreement.Id, row => row.Second!);
        return [.. quoted.Select(row => row is ExtensionQuoting.Quoted { Quote: var quote } && refused.TryGetValue(row.Id, out var why) ? new ExtensionQuoting.Refused(quote, why) : row)];
    }
}
