using Marketplace.Application.Providers;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Listings;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Provide;

/// <summary>What an owner reads of an offer before it is signed.</summary>
public static class OfferWords
{
    /// <summary>All of its terms.</summary>
    public static string Of(ListingTerms terms) =>
        $"{Figures.Space(terms.Available)} at {Figures.TokensExact(terms.Price)} for a GiB and epoch, for {Figures.Whole(terms.MinTerm)} to {Times.Epochs(terms.MaxTerm)}"
            + (terms.OnlyFor is { } only ? $", to {Texts.Short(only)} alone. " : ". ")
            + (terms.EgressPrice == TokenAmount.Zero ? "Reading is free. " : $"Reading a GiB costs {Figures.TokensExact(terms.EgressPrice)}. ")
            + (terms.AutoAccept ? "Agreements are accepted at once." : "You answer each request by hand.");

    /// <summary>A price as the market's are compared, beside theirs.</summary>
    /// <param name="price">For a GiB and epoch.</param>
    /// <param name="epochsPerMonth">In 30 days.</param>
    /// <param name="median">In the middle of all offers, for a GiB and epoch; null without any.</param>
    public static string PriceOf(TokenAmount price, ulong epochsPerMonth, TokenAmount? median)
    {
        var most = UInt128.MaxValue / epochsPerMonth;
        return price.Value > most ? "That is more than there can ever be for a GiB and 30 days."
            : $"That is {Figures.Tokens(price * epochsPerMonth)} for a GiB and 30 days"
                + (median is { } middle && middle.Value <= most ? $"; {Figures.Tokens(middle * epochsPerMonth)} is in the middle of all offers." : ".");
    }

    /// <summary>What the provider could not keep of it; null where it could keep all, or where that is not known.</summary>
    /// <param name="terms">Of the offer.</param>
    /// <param name="diskBytes">Free on the node's disks, beside what is promised; null where the node did not say.</param>
    /// <param name="covered">What the stake covers beside what is rented; null for any space.</param>
    public static string? WarningOf(ListingTerms terms, ulong? diskBytes, GiB? covered)
    {
        var disk = DiskWarningOf(terms.Available, diskBytes);
        var stake = StakeWarningOf(terms.Available, covered);
        return disk.Length + stake.Length == 0 ? null
            : $"This is more than you can keep. {disk}{stake}" + (disk.Length > 0 ? "What is rented and does not fit is not proven, and slashed." : "Nobody can rent more than that until you stake more.");
    }

    /// <summary>Why a request, once accepted, would not be kept, and what that costs; null where nothing is known that speaks against it.</summary>
    /// <param name="request">That waits for the answer.</param>
    /// <param name="standing">Of the provider that is asked.</param>
    public static string? WarningOf(AgreementInfo request, ProviderStanding standing)
    {
        var reasons = (standing.Node is NodeAnswer.Away ? "Your node does not answer. " : "")
            + (standing.IsShortOfEther ? $"Its account has {Figures.Ether(standing.Duties.OperatorEther)} left for the fees of its proofs. " : "")
            + DiskWarningOf(request.Space, standing.FreeForOffers);
        var stake = StakeWarningOf(request.Space, standing.Room);
        return reasons.Length + stake.Length == 0 ? null
            : reasons + (stake.Length > 0 ? stake + "The chain refuses it until you stake more. " : "")
                + (reasons.Length > 0 ? "What is not proven is not paid. " : "") + MissWordsOf(request, standing);
    }

    /// <summary>What a missed epoch costs from the acceptance of a request on, beside its pay.</summary>
    public static string MissWordsOf(AgreementInfo request, ProviderStanding standing)
    {
        var (now, then) = (standing.MissCostWith(default), standing.MissCostWith(request.Space));
        return then == TokenAmount.Zero ? "A missed epoch costs no stake now."
            : $"Each missed epoch then costs {Figures.TokensAtMost(then)} of stake" + (now > TokenAmount.Zero ? $", {Figures.TokensAtMost(then - now)} of it for this request." : ".");
    }

    static string DiskWarningOf(GiB space, ulong? diskBytes) => diskBytes is { } bytes && (UInt128)space.Value << 30 > bytes
        ? $"Your node has {Figures.Bytes(bytes)} free for it. " : "";

    static string StakeWarningOf(GiB space, GiB? covered) => covered is { } most && space > most ? $"Your stake covers {Figures.Space(most)} more. " : "";
}
