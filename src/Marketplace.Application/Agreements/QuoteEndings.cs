using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Asks what ending agreements early brings back, and when they end then; nothing is sent. The answers are in the order of the numbers.</summary>
/// <param name="Consumer">The wallet, whose agreements they have to be.</param>
/// <param name="Ids">The agreements, each once.</param>
public sealed record QuoteEndings(Address Consumer, IReadOnlyList<AgreementId> Ids) : IRequest<IReadOnlyList<EndingQuoting>>;

/// <summary>What ending an agreement comes to if it is ended in the epoch that was asked in; each epoch later takes one epoch's price off.</summary>
/// <param name="Agreement">It runs, or its provider has not answered: then it is taken back.</param>
/// <param name="Refund">The consumer's again at once.</param>
/// <param name="End">The epoch after the last payable one: from here on its provider need not keep anything.</param>
public sealed record EndingQuote(AgreementInfo Agreement, TokenAmount Refund, Epoch End)
{
    /// <summary>As the contract reckons it (StorageAgreements.terminate, withdrawProposal).</summary>
    public static EndingQuote Of(AgreementInfo agreement, IReadOnlyList<AgreementRate> rates, Epoch now)
    {
        if (agreement.State == AgreementState.Proposed)
            return new EndingQuote(agreement, agreement.Remaining, now);
        var afterNotice = Math.Max(now.Value + 1 + agreement.TerminationNotice, agreement.Start.Value);
        var end = new Epoch(Math.Min(afterNotice, agreement.End.Value));
        return new EndingQuote(agreement, RateStretches.Sum(rates, end.Value, agreement.End.Value), end);
    }
}

/// <summary>A quote, or why there is none.</summary>
public abstract record EndingQuoting
{
    EndingQuoting(AgreementId id, string? reason) => (Id, Reason) = (id, reason);

    /// <summary>The agreement.</summary>
    public AgreementId Id { get; }

    /// <summary>Why it cannot be ended, in a sentence; null where it can.</summary>
    public string? Reason { get; }

    /// <summary>It can be ended.</summary>
    public sealed record Quoted(EndingQuote Quote) : EndingQuoting(Quote.Agreement.Id, null);

    /// <summary>There is no such agreement of this wallet.</summary>
    public sealed record Unknown(AgreementId Agreement) : EndingQuoting(Agreement, "It is none of this account’s.");

    /// <summary>There is nothing left to end.</summary>
    /// <param name="Agreement">As the chain has it.</param>
    /// <param name="Now">The epoch.</param>
    public sealed record NotNow(AgreementInfo Agreement, Epoch Now) : EndingQuoting(Agreement.Id, AgreementWords.WhyNotNow(Agreement));
}

/// <inheritdoc cref="QuoteEndings"/>
public sealed class QuoteEndingsHandler(Market market) : IRequestHandler<QuoteEndings, IReadOnlyList<EndingQuoting>>
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<EndingQuoting>> Handle(QuoteEndings request, CancellationToken cancellationToken)
    {
        var found = await market.Agreements.GetManyAsync(request.Ids, cancellationToken: cancellationToken);
        var own = found.Where(agreement => agreement.Consumer == request.Consumer).ToDictionary(agreement => agreement.Id);
        var priced = own.Keys.Zip(await market.Agreements.GetRatesManyAsync([.. own.Keys], cancellationToken: cancellationToken)).ToDictionary();
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        return
        [
            .. request.Ids.Select(id => own.TryGetValue(id, out var agreement) ? Quote(agreement, priced[id], now) : new EndingQuoting.Unknown(id)),
        ];
    }

    static EndingQuoting Quote(AgreementInfo agreement, IReadOnlyList<AgreementRate> rates, Epoch now) =>
        agreement.State == AgreementState.Proposed || (agreement.State == AgreementState.Active && now < agreement.End)
            ? new EndingQuoting.Quoted(EndingQuote.Of(agreement, rates, now)) : new EndingQuoting.NotNow(agreement, now);
}
