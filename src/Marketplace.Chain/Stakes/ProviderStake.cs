using System.Numerics;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;

namespace Marketplace.Chain.Stakes;

/// <summary>What lies behind a provider, with all misses counted until the block that was asked about.</summary>
/// <param name="Staked">Its own; covers the reservations.</param>
/// <param name="Unbonding">Its own, asked back; can still be slashed.</param>
/// <param name="ReleaseEpoch">When the unbonding stake can be withdrawn, if the rest covers the reservations.</param>
/// <param name="Delegated">Its delegators'; covers the reservations.</param>
/// <param name="Undelegating">Its delegators', asked back; can still be slashed.</param>
/// <param name="Unvested">Earned by its delegators and on its way to them; covers nothing and cannot be slashed.</param>
/// <param name="Reserved">Space that agreements hold.</param>
public sealed record ProviderStake(
    TokenAmount Staked, TokenAmount Unbonding, Epoch ReleaseEpoch, TokenAmount Delegated, TokenAmount Undelegating, TokenAmount Unvested,
    GiB Reserved)
{
    /// <summary>All that a slash can take.</summary>
    public TokenAmount Slashable => Staked + Unbonding + Delegated + Undelegating;

    /// <summary>
    /// What new reservations can count on: the own stake and the delegators', these only as far as the own part is at least so much of both. Rounds down. The
    /// contract's <c>cover</c>, but less what the next touch will slash for misses.
    /// </summary>
    /// <param name="minSelfStakeBps">Hundredths of a percent, as the market's parameters have it.</param>
    public TokenAmount CoverWith(ushort minSelfStakeBps)
    {
        var both = Staked + Delegated;
        if (Delegated == TokenAmount.Zero || minSelfStakeBps == 0)
            return both;
        return new TokenAmount((UInt128)BigInteger.Min(both.Value, (BigInteger)Staked.Value * 10_000 / minSelfStakeBps));
    }

    /// <summary>Space that can be reserved beside what is; null for any, where space needs no stake. Rounds down.</summary>
    /// <param name="parameters">The market's numbers.</param>
    public GiB? RoomWith(MarketParameters parameters)
    {
        if (parameters.StakePerGiB == TokenAmount.Zero)
            return null;
        var covered = (ulong)UInt128.Min(CoverWith(parameters.MinSelfStakeBps).Value / parameters.StakePerGiB.Value, ulong.MaxValue);
        return new GiB(covered > Reserved.Value ? covered - Reserved.Value : 0);
    }

    /// <summary>Stake that another miss costs, of all that lies behind the provider.</summary>
    /// <param name="parameters">The market's numbers.</param>
    /// <param name="more">Space that is reserved then beside what is.</param>
    public TokenAmount MissCostWith(MarketParameters parameters, GiB more = default) => new((UInt128)BigInteger.Min(
        (BigInteger)UInt128.MaxValue, (BigInteger)parameters.StakePerGiB.Value * ((BigInteger)Reserved.Value + more.Value) * parameters.MissSlashBps / 10_000));
}

/// <summary>What a provider keeps of the earnings of stake that is delegated to it.</summary>
/// <param name="IsOpen">Whether it ever set a commission; before, it takes no delegations.</param>
/// <param name="Bps">Hundredths of a percent, now.</param>
/// <param name="NextBps">From <paramref name="NextFrom"/> on; the same as now if no change was announced.</param>
/// <param name="NextFrom">When the announced change counts; epoch 0 if none was.</param>
public sealed record ProviderCommission(bool IsOpen, ushort Bps, ushort NextBps, Epoch NextFrom);

/// <summary>What one token holder has behind one provider.</summary>
/// <param name="Shares">Of the provider's pool.</param>
/// <param name="Value">What the shares would give if they were asked back now; misses that nobody has counted yet are taken off.</param>
/// <param name="Undelegating">Asked back; can still be slashed.</param>
/// <param name="ReleaseEpoch">When that can be withdrawn, if the rest covers the provider's reservations.</param>
/// <param name="HeldUntil">The last epoch in which it can be held for these.</param>
public sealed record DelegatedStake(
    BigInteger Shares, TokenAmount Value, TokenAmount Undelegating, Epoch ReleaseEpoch, Epoch HeldUntil);
