using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Asks what ending an agreement early brings back, and when it ends then; nothing is sent.</summary>
/// <param name="Agreement">It runs.</param>
public sealed record QuoteEnding(AgreementInfo Agreement) : IRequest<EndingQuote>;

/// <summary>What ending an agreement comes to if it is ended in the epoch that was asked in; each epoch later takes one epoch's price off.</summary>
/// <param name="Refund">The consumer's again at once.</param>
/// <param name="End">The epoch after the last payable one: from here on its provider need not keep anything.</param>
public sealed record EndingQuote(TokenAmount Refund, Epoch End)
{
    /// <summary>As the contract reckons it (StorageAgreements.terminate).</summary>
    public static EndingQuote Of(AgreementInfo agreement, IReadOnlyList<AgreementRate> rates, Epoch now)
    {
        var afterNotice = Math.Max(now.Value + 1 + agreement.TerminationNotice, agreement.Start.Value);
        var end = new Epoch(Math.Min(afterNotice, agreement.End.Value));
        return new EndingQuote(RateStretches.Sum(rates, end.Value, agreement.End.Value), end);
    }
}

/// <inheritdoc cref="QuoteEnding"/>
public sealed class QuoteEndingHandler(Market market) : IRequestHandler<QuoteEnding, EndingQuote>
{
    /// <inheritdoc/>
    public async Task<EndingQuote> Handle(QuoteEnding request, CancellationToken cancellationToken) => EndingQuote.Of(
        request.Agreement, await market.Agreements.GetRatesAsync(request.Agreement.Id, cancellationToken: cancellationToken),
        await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken));
}
