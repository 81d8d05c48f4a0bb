using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Chooses providers to rent from, without renting yet; asks for no vault.</summary>
/// <param name="Needs">What would do, best first: the first that the market can meet is quoted.</param>
public sealed record QuoteRental(IReadOnlyList<Need> Needs) : IRequest<RentalQuoting>;

/// <summary>A quote, or exactly what the market lacks.</summary>
public abstract record RentalQuoting
{
    RentalQuoting()
    {
    }

    /// <summary>What would be rented.</summary>
    public sealed record Quoted(RentalQuote Quote) : RentalQuoting;

    /// <summary>What is missing for the last, the easiest of the needs.</summary>
    public sealed record TooFew(SelectionResult.NotEnough Missing) : RentalQuoting;
}

/// <inheritdoc cref="QuoteRental"/>
public sealed class QuoteRentalHandler(RentalQuotes quotes) : IRequestHandler<QuoteRental, RentalQuoting>
{
    /// <inheritdoc/>
    public async Task<RentalQuoting> Handle(QuoteRental request, CancellationToken cancellationToken)
    {
        SelectionResult.NotEnough? missing = null;
        foreach (var need in request.Needs)
        {
            var (quote, refusal) = await quotes.FindAsync(need, cancellationToken);
            if (quote is not null)
                return new RentalQuoting.Quoted(quote);
            missing = refusal;
        }
        return new RentalQuoting.TooFew(missing ?? throw new ArgumentException("At least one need is needed.", nameof(request)));
    }
}
