using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Marketplace.Core.Primitives;
using Marketplace.Core.Tests.Money;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.Vectors;

/// <summary>Writes tests/vectors/money.json (see the README there).</summary>
public sealed class MoneyVectorTests
{
    /// <summary>Of what one file holds; the others in proportion.</summary>
    const int CommittedAgreements = 24;
    const int RandomAgreements = 60;

    SplitMix random = new(20_261_121);

    [Fact]
    public void Money_Committed_IsWhatIsReckoned() => VectorFile.Check("money.json", Vectors(CommittedAgreements, 60));

    [Fact]
    public void RandomMoney_IsWrittenWhereAskedFor()
    {
        var path = Environment.GetEnvironmentVariable("RANDOM_MONEY_FILE");
        random = new(ulong.Parse(Environment.GetEnvironmentVariable("RANDOM_CASES_SEED") ?? "1000000", CultureInfo.InvariantCulture));
        var text = JsonSerializer.Serialize(Vectors(RandomAgreements, 1_000), VectorFile.Json);
        if (path is not null)
            File.WriteAllText(path, text);
    }

    object Vectors(int agreements, int sums) => new
    {
        Agreements = Repeat(agreements, Agreement),
        Splits = Repeat(sums, Split),
        Shares = Repeat(sums, Pool),
        Fees = Repeat(sums, Fee),
        Prices = Repeat(sums, Price),
        Penalties = Repeat(agreements, Penalty),
        Earnings = Repeat(agreements, Earning),
    };

    /// <summary>Opened in epoch 10; epochs are sealed, and some of them proven, up to the last one's successor.</summary>
    object Agreement()
    {
        const int Opened = 10;
        var (first, space, term) = (Amount(62), Number(1, 40), Number(1, 24));
        var (cycle, notice, feeBps) = (Number(1, 9), Number(0, 4), Number(0, 1_000));
        var rent = new RentReckoning(Opened, term, first, space, cycle, notice, feeBps);
        var (price, deposit) = (first, rent.Deposited);
        // As a client reckons it, from its types.
        Assert.Equal(deposit, (new TokenAmount((UInt128)first) * (ulong)space * (ulong)term).Value);
        List<object> changes = [];
        var lastChange = Opened;
        for (var epoch = Opened; epoch < rent.End && changes.Count < 6; epoch += Number(0, 5))
        {
            var (addedSpace, addedTerm) = (Number(0, 3) * Number(0, 9), Number(0, 1) * Number(1, 12));
            var newPrice = Number(0, 3) == 0 ? price : Amount(62);
            var addsNothing = addedSpace == 0 && addedTerm == 0;
            var comesTooLate = addedSpace > 0 && Math.Max(epoch + 2, rent.Start) >= rent.End + addedTerm;
            if (addsNothing || comesTooLate)
                continue;
            (price, lastChange) = (newPrice, epoch);
            var added = rent.Extend(epoch, addedSpace, addedTerm, price);
            changes.Add(new { Epoch = epoch, Space = addedSpace, Term = addedTerm, Price = Text(price), Deposit = Text(added) });
        }
        var steps = rent.Steps.Select(Describe).ToArray();
        var terminated = Number(0, 2) == 0 ? Terminate(rent, Number(lastChange, rent.End - 1)) : null;
        var proven = Enumerable.Range(rent.Start, rent.End - rent.Start).Where(_ => Number(0, 3) > 0).ToHashSet();
        var cycles = Enumerable.Range(0, rent.Cycles).Select(number => Describe(rent.Settle(number, proven))).ToArray();
        Assert.Equal(rent.Deposited, rent.Paid + rent.Refunded);
        return new
        {
            Price = Text(first),
            Space = space,
            Term = term,
            BillingCycle = cycle,
            Notice = notice,
            FeeBps = feeBps,
            Deposit = Text(deposit),
            Changes = changes,
            Steps = steps,
            Terminated = terminated,
            Proven = proven.Order(),
            Cycles = cycles,
            Deposited = Text(rent.Deposited),
            Paid = Text(rent.Paid),
            Refunded = Text(rent.Refunded),
        };
    }

    static object Terminate(RentReckoning rent, int epoch)
    {
        var refund = rent.Terminate(epoch);
        return new { Epoch = epoch, Refund = Text(refund), rent.End };
    }

    object Split()
    {
        BigInteger[] pots = [.. Enumerable.Range(0, 4).Select(_ => Number(0, 3) == 0 ? 0 : Amount(126))];
        var total = pots.Aggregate(BigInteger.Add);
        var amount = Number(0, 4) switch
        {
            0 => total,
            1 => total + Amount(20),
            2 => BigInteger.Min(total, Number(0, 9)),
            _ => total * Number(0, 1_000) / 1_001,
        };
        return new { Pots = pots.Select(Text), Amount = Text(amount), Parts = StakeReckoning.Split(pots, amount).Select(Text) };
    }

    object Pool()
    {
        var (amount, assets, shares) = (Amount(120), Amount(120), Amount(130));
        var minted = StakeReckoning.Shares(amount, assets, shares);
        return new
        {
            Amount = Text(amount),
            Assets = Text(assets),
            Shares = Text(shares),
            Minted = Text(minted),
            Worth = Text(StakeReckoning.Worth(minted, assets + amount, shares + minted)),
        };
    }

    object Fee()
    {
        var (gross, bps) = (Amount(190), Number(0, 1_000));
        return new { Gross = Text(gross), Bps = bps, Fee = Text(gross * bps / 10_000) };
    }

    object Price()
    {
        var (price, space, epochs) = (Amount(64), random.Below(1UL << 30), random.Below(1UL << 30));
        return new { Price = Text(price), Space = space, Epochs = epochs, Total = (new TokenAmount((UInt128)price) * space * epochs).ToString() };
    }

    /// <summary>Of an agreement whose provider misses some epochs from the first one on, of which the first may be forgiven.</summary>
    object Penalty()
    {
        var (stakePerGiB, space, missed) = (Amount(64), Number(1, 50), Number(1, 6));
        var (missBps, lossBps, auditBps, grace) = (Number(0, 2_000), Number(0, 2_000), Number(0, 10_000), Number(0, 1) * 30);
        var leaves = 1 + new BigInteger(random.Below((ulong)space << 20));
        return new
        {
            StakePerGiB = Text(stakePerGiB),
            Space = space,
            Missed = missed,
            Grace = grace,
            MissSlashBps = missBps,
            LossSlashBps = lossBps,
            AuditSlashBps = auditBps,
            Leaves = Text(leaves),
            MissCost = Text(StakeReckoning.MissCost(stakePerGiB, space, missBps, missed, grace > 0 ? 1 : 0)),
            LossPenalty = Text(StakeReckoning.LossPenalty(stakePerGiB, leaves, lossBps)),
            AuditPenalty = Text(StakeReckoning.AuditPenalty(stakePerGiB, space, auditBps)),
        };
    }

    object Earning()
    {
        var (staked, delegated, net, bps) = (1 + Amount(76), Number(0, 4) == 0 ? 0 : 1 + Amount(76), Amount(100), Number(0, 10_000));
        return new
        {
            Staked = Text(staked),
            Delegated = Text(delegated),
            Net = Text(net),
            CommissionBps = bps,
            Share = Text(StakeReckoning.EarningsShare(net, staked, delegated, bps)),
        };
    }

    static object Describe(RateStep step) => new { step.From, Rate = Text(step.Rate) };

    static object Describe(CycleResult cycle) => new { cycle.Proven, Net = Text(cycle.Net), Fee = Text(cycle.Fee), Refund = Text(cycle.Refund) };

    static object[] Repeat(int count, Func<object> one) => [.. Enumerable.Range(0, count).Select(_ => one())];

    static string Text(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Both bounds included.</summary>
    int Number(int from, int to) => from + (int)random.Below((ulong)(to - from + 1));

    /// <summary>Of any size up to so many bits, and sometimes 0.</summary>
    BigInteger Amount(int bits)
    {
        var length = Number(0, bits);
        return new BigInteger(random.Bytes(32), isUnsigned: true) & ((BigInteger.One << length) - 1);
    }
}
