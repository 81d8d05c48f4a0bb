using Marketplace.Core.Primitives;

namespace Marketplace.Application.Stakes;

/// <summary>
/// What delegated stake brought behind one provider, by replaying what happened to it. Earnings count from the moment in which they are shared, as if they
/// joined the stake at once (they do so little by little), so that the share is never made to look larger.
/// </summary>
public sealed class PoolReplay
{
    TokenAmount stake;

    /// <summary>Earned by the delegators since <see cref="Measure"/>.</summary>
    public TokenAmount Earned { get; private set; }

    /// <summary>The same for each token behind the provider: the sum of what was shared, each time divided by the stake of that moment.</summary>
    public double EarnedShare { get; private set; }

    /// <summary>Slashed since <see cref="Measure"/>, for each token behind the provider.</summary>
    public double SlashedShare { get; private set; }

    /// <summary>Whether there was ever stake to earn anything since <see cref="Measure"/>.</summary>
    public bool HadStake { get; private set; }

    /// <summary>From now on what happens counts.</summary>
    public void Measure() => (Earned, EarnedShare, SlashedShare, HadStake) = (TokenAmount.Zero, 0, 0, stake > TokenAmount.Zero);

    /// <summary>Stake came.</summary>
    public void Add(TokenAmount amount)
    {
        stake += amount;
        HadStake = true;
    }

    /// <summary>Stake was asked back, or became somebody else's.</summary>
    public void Remove(TokenAmount amount) => stake = stake > amount ? stake - amount : TokenAmount.Zero;

    /// <summary>The delegators earned something.</summary>
    public void Earn(TokenAmount amount)
    {
        Earned += amount;
        EarnedShare += ShareOf(amount);
        stake += amount;
    }

    /// <summary>Some was slashed.</summary>
    public void Slash(TokenAmount amount)
    {
        SlashedShare += ShareOf(amount);
        Remove(amount);
    }

    double ShareOf(TokenAmount amount) => stake == TokenAmount.Zero ? 0 : (double)amount.Value / (double)stake.Value;
}
