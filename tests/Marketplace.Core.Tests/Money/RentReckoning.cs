using System.Numerics;

namespace Marketplace.Core.Tests.Money;

/// <summary>A stretch of epochs of one rate.</summary>
internal sealed record RateStep(int From, BigInteger Rate);

/// <summary>What a cycle came to, in base units.</summary>
internal sealed record CycleResult(int Proven, BigInteger Net, BigInteger Fee, BigInteger Refund);

/// <summary>
/// What an agreement costs and pays (docs/protocol.md, 3.1, 3.2 and 3.5), reckoned with one number for each epoch and no other arithmetic:
/// slow, and unlike the contracts, which integrate stretches.
/// </summary>
internal sealed class RentReckoning(int opened, int term, BigInteger price, int space, int billingCycle, int notice, int feeBps)
{
    const int EpochsToStart = 2;

    readonly List<BigInteger> rates = [.. Enumerable.Repeat(price * space, term)];

    public int Start { get; } = opened + EpochsToStart;

    public int Space { get; private set; } = space;

    public int End => Start + rates.Count;

    public BigInteger Deposited { get; private set; } = price * space * term;

    public BigInteger Paid { get; private set; }

    public BigInteger Refunded { get; private set; }

    public int Cycles => (rates.Count + billingCycle - 1) / billingCycle;

    /// <returns>What the consumer deposits for it.</returns>
    public BigInteger Extend(int epoch, int addedSpace, int addedTerm, BigInteger newPrice)
    {
        var before = rates.Aggregate(BigInteger.Zero, (sum, rate) => sum + rate);
        for (var i = 0; i < addedTerm; i++)
            rates.Add(newPrice * Space);
        for (var added = epoch + EpochsToStart; added < End; added++)
        {
            if (added >= Start)
                rates[added - Start] += newPrice * addedSpace;
        }
        Space += addedSpace;
        var deposit = rates.Aggregate(BigInteger.Zero, (sum, rate) => sum + rate) - before;
        Deposited += deposit;
        return deposit;
    }

    /// <returns>What goes back to the consumer at once.</returns>
    public BigInteger Terminate(int epoch)
    {
        var end = Math.Clamp(epoch + 1 + notice, Start, End);
        var refund = BigInteger.Zero;
        for (; End > end; rates.RemoveAt(rates.Count - 1))
            refund += rates[^1];
        Refunded += refund;
        return refund;
    }

    public CycleResult Settle(int cycle, IReadOnlySet<int> proven)
    {
        var epochs = Enumerable.Range(Start + cycle * billingCycle, billingCycle).Where(epoch => epoch < End).ToArray();
        var (gross, refund, count) = (BigInteger.Zero, BigInteger.Zero, 0);
        foreach (var epoch in epochs)
        {
            if (proven.Contains(epoch))
                (gross, count) = (gross + rates[epoch - Start], count + 1);
            else
                refund += rates[epoch - Start];
        }
        // Whole base units of the treasury's share; what is left over is the provider's.
        var fee = gross * feeBps / 10_000;
        Paid += gross;
        Refunded += refund;
        return new CycleResult(count, gross - fee, fee, refund);
    }

    /// <summary>The rates as a list of changes.</summary>
    public IEnumerable<RateStep> Steps => rates
        .Select((rate, i) => new RateStep(Start + i, rate))
        .Where((step, i) => i == 0 || rates[i - 1] != step.Rate);
}
