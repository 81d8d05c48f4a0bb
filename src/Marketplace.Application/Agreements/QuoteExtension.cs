using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Listings;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Asks what more space or time for an agreement costs; nothing is spent.</summary>
/// <param name="Consumer">The wallet, whose agreement it has to be.</param>
/// <param name="Id">The agreement.</param>
/// <param name="Space">Added to it.</param>
/// <param name="Term">Epochs added to its end.</param>
/// <param name="Listing">Another offer of the same provider; null for the agreement's own.</param>
public sealed record QuoteExtension(Address Consumer, AgreementId Id, GiB Space, ulong Term, ListingId? Listing) : IRequest<ExtensionQuoting>;

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
    ExtensionQuoting()
    {
    }

    /// <summary>It can be had.</summary>
    public sealed record Quoted(ExtensionQuote Quote) : ExtensionQuoting;

    /// <summary>There is no such agreement of this wallet.</summary>
    public sealed record Unknown : ExtensionQuoting;

    /// <summary>It does not run any more, or not yet.</summary>
    public sealed record NotNow(AgreementInfo Agreement, Epoch Now) : ExtensionQuoting;

    /// <summary>The offer cannot be had for it.</summary>
    /// <param name="Listing">The offer.</param>
    /// <param name="Reason">One sentence.</param>
    public sealed record Unfit(ListingId Listing, string Reason) : ExtensionQuoting;
}

/// <inheritdoc cref="QuoteExtension"/>
public sealed class QuoteExtensionHandler(Market market) : IRequestHandler<QuoteExtension, ExtensionQuoting>
{
    /// <summary>Added space is paid from this many epochs after the current one (docs/protocol.md, section 3.2).</summary>
    const ulong EpochsToStart = 2;

    /// <inheritdoc/>
    public async Task<ExtensionQuoting> Handle(QuoteExtension request, CancellationToken cancellationToken)
    {
        if (await market.Agreements.FindAsync(request.Id, cancellationToken: cancellationToken) is not { } agreement || agreement.Consumer != request.Consumer)
            return new ExtensionQuoting.Unknown();
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        if (agreement.State != AgreementState.Active || now >= agreement.End)
            return new ExtensionQuoting.NotNow(agreement, now);
        var id = request.Listing ?? agreement.Listing;
        if (id.Value == 0 || id.Value > await market.Listings.CountAsync(cancellationToken: cancellationToken))
            return new ExtensionQuoting.Unfit(id, "There is no such listing.");
        var offer = await market.Listings.GetAsync(id, cancellationToken: cancellationToken);
        if (ReasonAgainst(offer, agreement, request) is { } reason)
            return new ExtensionQuoting.Unfit(id, reason);
        var (end, from) = (agreement.End + request.Term, now + EpochsToStart);
        if (request.Space.Value > 0 && from >= end)
            return new ExtensionQuoting.Unfit(id, $"Added space would be paid from epoch {from} on, but the agreement ends in {end}; add time, too.");
        if (DepositOf(offer.Terms.Price, agreement, request, request.Space.Value == 0 ? 0 : end - from) is not { } deposit)
            return new ExtensionQuoting.Unfit(id, "Its price comes to more than there can be.");
        return new ExtensionQuoting.Quoted(new ExtensionQuote(
            agreement, offer, new AgreementExtension(request.Listing, request.Space, request.Term, deposit), end));
    }

    static string? ReasonAgainst(ListingInfo offer, AgreementInfo agreement, QuoteExtension request)
    {
        var isMove = offer.Id != agreement.Listing;
        var needed = isMove ? agreement.Space.Value + request.Space.Value : request.Space.Value;
        return offer switch
        {
            _ when offer.Provider != agreement.Provider => $"It is {offer.Provider}'s, another provider's than the agreement's.",
            { IsWithdrawn: true } => "It is withdrawn; ask the provider for another one.",
            { Terms.AutoAccept: false } => "It waits for the provider's answer, which extensions do not; ask the provider for one that accepts automatically.",
            { Terms.OnlyFor: { } only } when only != agreement.Consumer => $"It is for {only} only.",
            _ when offer.Terms.Available.Value < needed => $"It has {offer.Terms.Available} GiB left, {needed} are needed.",
            _ => null,
        };
    }

    static TokenAmount? DepositOf(TokenAmount price, AgreementInfo agreement, QuoteExtension request, ulong epochsOfSpace)
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
}
