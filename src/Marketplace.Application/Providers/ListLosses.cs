using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Losses;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Providers;

/// <summary>Asks what a provider said that it lost, and what has been cured since.</summary>
/// <param name="Provider">The owner's address.</param>
public sealed record ListLosses(Address Provider) : IRequest<LossOverview>;

/// <summary>A provider's declared losses at one epoch.</summary>
/// <param name="Now">The epoch.</param>
/// <param name="Losses">In the order of their declaration.</param>
/// <param name="Cures">In their order.</param>
/// <param name="Suspended">Agreements that are not paid until they are cured.</param>
public sealed record LossOverview(
    Epoch Now, IReadOnlyList<DeclaredLoss> Losses, IReadOnlyList<LossCure> Cures, IReadOnlyList<AgreementId> Suspended)
{
    /// <summary>What the declarations cost.</summary>
    public TokenAmount Penalties => Losses.Aggregate(TokenAmount.Zero, (sum, loss) => sum + loss.Penalty);
}

/// <summary>A declared loss.</summary>
/// <param name="Node">What was lost.</param>
/// <param name="Penalty">What the declaration cost.</param>
/// <param name="Block">In which it was made.</param>
public sealed record DeclaredLoss(LostNode Node, TokenAmount Penalty, ulong Block);

/// <summary>The end of a suspension of an agreement's pay.</summary>
/// <param name="Agreement">Whose.</param>
/// <param name="Revision">The later one that was shown; null when the data is there again.</param>
/// <param name="PaidFrom">The first billing cycle that is paid again.</param>
/// <param name="Block">In which it was said.</param>
public sealed record LossCure(AgreementId Agreement, ulong? Revision, ulong PaidFrom, ulong Block);

/// <inheritdoc cref="ListLosses"/>
public sealed class ListLossesHandler(Market market) : IRequestHandler<ListLosses, LossOverview>
{
    /// <inheritdoc/>
    public async Task<LossOverview> Handle(ListLosses request, CancellationToken cancellationToken)
    {
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var declared = await market.FindEventsAsync<DeclaredLosses.LossDeclaredEvent>(
            market.Losses.Address, DeclaredLosses.LossDeclaredEvent.Filter(provider: request.Provider), head, cancellationToken);
        var agreements = declared.Select(log => log.Event.Agreement).Distinct().Order().ToList();
        var standings = await market.Losses.GetManyAsync(agreements, cancellationToken: cancellationToken);
        var cures = new List<LossCure>();
        foreach (var agreement in agreements)
            cures.AddRange(await FindCuresAsync(agreement, head, cancellationToken));
        return new LossOverview(
            await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken),
            [.. declared.Select(log => new DeclaredLoss(
                new LostNode(log.Event.Agreement, log.Event.Revision, log.Event.Node, log.Event.Leaves), new TokenAmount((UInt128)log.Event.Penalty), log.Log.BlockNumber))],
            [.. cures.OrderBy(cure => cure.Block)], [.. agreements.Where((_, i) => standings[i].IsSuspended)]);
    }

    async Task<IEnumerable<LossCure>> FindCuresAsync(AgreementId agreement, BlockHeader head, CancellationToken cancellationToken)
    {
        var cured = await market.FindEventsAsync<DeclaredLosses.LossCuredEvent>(
            market.Losses.Address, DeclaredLosses.LossCuredEvent.Filter(agreement), head, cancellationToken);
        var restored = await market.FindEventsAsync<DeclaredLosses.LossRestoredEvent>(
            market.Losses.Address, DeclaredLosses.LossRestoredEvent.Filter(agreement), head, cancellationToken);
        return cured.Select(log => new LossCure(agreement, log.Event.Revision.Number, log.Event.PaidFrom, log.Log.BlockNumber))
            .Concat(restored.Select(log => new LossCure(agreement, null, log.Event.PaidFrom, log.Log.BlockNumber)));
    }
}
