using Marketplace.Client.Selection;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Renting;

/// <summary>A choice of providers and what it costs.</summary>
/// <param name="Need">What was asked for.</param>
/// <param name="Offers">One for each provider.</param>
/// <param name="Deposit">What is taken into escrow, for all of them.</param>
public sealed record RentalQuote(Need Need, IReadOnlyList<ProbedOffer> Offers, TokenAmount Deposit);

/// <summary>Chooses providers and says what they cost; needs neither a vault nor a wallet.</summary>
/// <param name="view">What is on offer.</param>
/// <param name="transport">The way to providers, who are asked whether they are there.</param>
public sealed class RentalQuotes(ChainMarketView view, IProviderTransport transport)
{
    static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    /// <summary>Chooses providers for a need; nothing is spent.</summary>
    public async Task<(RentalQuote? Quote, SelectionResult.NotEnough? Refusal)> FindAsync(Need need, CancellationToken cancellationToken)
    {
        var offers = await view.GetOffersAsync(need.Consumer, cancellationToken);
        var (fitting, _) = OfferFilter.Split(offers, need);
        var probed = await new ProviderProber(transport).ProbeAsync(fitting, ProbePatience, cancellationToken);
        return ProviderSelector.Choose(need, offers, probed) switch
        {
            SelectionResult.Chosen chosen => (new RentalQuote(need, chosen.Offers, DepositOf(chosen.Offers, need)), null),
            var refused => (null, (SelectionResult.NotEnough)refused),
        };
    }

    /// <summary>What is taken into escrow for these.</summary>
    internal static TokenAmount DepositOf(IEnumerable<ProbedOffer> offers, Need need) =>
        offers.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.Offer.Price * need.Space.Value * need.Term);
}
