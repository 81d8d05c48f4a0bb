using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Stakes;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Providers;

/// <summary>
/// Misses that no event tells yet: the registry counts them, and takes what they cost, when somebody touches the provider. Until then they are owed all the same.
/// </summary>
static class PendingMisses
{
    const uint AllBps = 10_000;

    /// <summary>What the next touch will count; null for nothing.</summary>
    /// <param name="market">The market.</param>
    /// <param name="provider">The owner's address.</param>
    /// <param name="counted">Misses that events told until then.</param>
    /// <param name="at">A block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ProviderIncident?> FindAsync(Market market, Address provider, ulong counted, BlockTag at, CancellationToken cancellationToken)
    {
        var record = await market.Registry.GetTrackRecordAsync(provider, at, cancellationToken);
        if (record.Missed <= counted)
            return null;
        var pending = market.Registry.GetPendingSlashAsync(provider, at, cancellationToken);
        var slashable = market.Stakes.GetSlashableAsync(provider, at, cancellationToken);
        var stake = market.Stakes.GetAsync(provider, at, cancellationToken);
        var parameters = market.Parameters.GetAsync(at, cancellationToken);
        var (missed, cost) = (record.Missed - counted, await pending);
        var forgiven = ForgivenOf(missed, cost, (await stake).MissCostWith(await parameters));
        var taken = UInt128.Min(cost.Value, (await slashable).Value);
        return new ProviderIncident(
            null, new IncidentCause.Pending(missed, forgiven), taken == 0 ? null : Split(new TokenAmount(taken), await stake, (await parameters).CompensationBps));
    }

    /// <summary>All cost the same, but for what is forgiven.</summary>
    static ulong ForgivenOf(ulong missed, TokenAmount cost, TokenAmount each) =>
        each == TokenAmount.Zero ? 0 : missed - (ulong)UInt128.Min(missed, cost.Value / each.Value);

    /// <summary>As the vault will: from all pots in proportion, as they then still are. Where nothing would be left in any, it is told as the own stake.</summary>
    static SlashedStake Split(TokenAmount taken, ProviderStake left, ushort compensationBps)
    {
        var others = left.Slashable == TokenAmount.Zero ? TokenAmount.Zero : PartOf(taken, (left.Delegated + left.Undelegating).Value, left.Slashable.Value);
        return new SlashedStake(taken - others, others, PartOf(taken - others, compensationBps, AllBps));
    }

    static TokenAmount PartOf(TokenAmount amount, UInt128 part, UInt128 whole) => new((UInt128)((BigInteger)amount.Value * part / whole));
}
