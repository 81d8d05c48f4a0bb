using System.Numerics;

namespace Marketplace.Core.Tests.Money;

/// <summary>
/// What slashes take and from whom (docs/protocol.md, 3.4, 3.6 and 3.7), by the sentences there: fractions are kept whole until the sentence
/// says that they are rounded.
/// </summary>
internal static class StakeReckoning
{
    static readonly BigInteger Bps = 10_000;
    static readonly BigInteger LeavesPerGiB = 1 << 20;

    /// <summary>Each part is rounded up and taken from what is left, in order; the last pot bears the rest.</summary>
    public static BigInteger[] Split(BigInteger[] pots, BigInteger amount)
    {
        var parts = new BigInteger[pots.Length];
        var total = pots.Aggregate(BigInteger.Add);
        var left = BigInteger.Min(amount, total);
        for (var i = 0; i < pots.Length; i++)
        {
            parts[i] = i == pots.Length - 1 ? left : total.IsZero ? 0 : Up(left * pots[i], total);
            left -= parts[i];
            total -= pots[i];
        }
        return parts;
    }

    /// <summary>Shares for an amount, with a million shares and a base unit that nobody owns.</summary>
    public static BigInteger Shares(BigInteger amount, BigInteger assets, BigInteger shares) =>
        amount * (shares + 1_000_000) / (assets + 1);

    /// <summary>What shares are worth.</summary>
    public static BigInteger Worth(BigInteger held, BigInteger assets, BigInteger shares) => held * (assets + 1) / (shares + 1_000_000);

    /// <summary>Of misses, the first of which may be forgiven; the price of one is rounded down.</summary>
    public static BigInteger MissCost(BigInteger stakePerGiB, int reserved, int missSlashBps, int missed, int forgiven) =>
        stakePerGiB * reserved * missSlashBps / Bps * (missed - forgiven);

    /// <summary>Of a declared loss, rounded up.</summary>
    public static BigInteger LossPenalty(BigInteger stakePerGiB, BigInteger leaves, int lossSlashBps) =>
        Up(stakePerGiB * leaves * lossSlashBps, LeavesPerGiB * Bps);

    /// <summary>Of a failed audit, rounded up.</summary>
    public static BigInteger AuditPenalty(BigInteger stakePerGiB, int space, int auditSlashBps) =>
        Up(stakePerGiB * space * auditSlashBps, Bps);

    /// <summary>The delegators' part of what a provider earns, in proportion to their stake and less the commission, rounded down.</summary>
    public static BigInteger EarningsShare(BigInteger net, BigInteger staked, BigInteger delegated, int commissionBps) =>
        delegated.IsZero ? 0 : net * delegated * (Bps - commissionBps) / ((staked + delegated) * Bps);

    static BigInteger Up(BigInteger dividend, BigInteger divisor) => (dividend + divisor - 1) / divisor;
}
