using FsCheck;
using FsCheck.Fluent;
using Marketplace.Application.Stakes;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Tests.Stakes;

public sealed class PoolReplayTests
{
    [Fact]
    public void Earnings_AreDividedByTheStakeOfTheirTime()
    {
        var pool = new PoolReplay();
        pool.Add(Tokens(100));
        pool.Earn(Tokens(10));
        pool.Add(Tokens(90));
        pool.Earn(Tokens(10));

        Assert.Equal(Tokens(20), pool.Earned);
        Assert.Equal(0.1 + 0.05, pool.EarnedShare, 12);
        Assert.True(pool.HadStake);
    }

    [Fact]
    public void WhatWasBeforeTheMeasure_CountsAsStakeOnly()
    {
        var pool = new PoolReplay();
        pool.Add(Tokens(100));
        pool.Earn(Tokens(100));
        pool.Measure();
        Assert.Equal((TokenAmount.Zero, 0.0, 0.0, true), (pool.Earned, pool.EarnedShare, pool.SlashedShare, pool.HadStake));
        pool.Slash(Tokens(50));
        pool.Earn(Tokens(15));

        Assert.Equal((0.25, 0.1), (pool.SlashedShare, pool.EarnedShare));
    }

    [Fact]
    public void PoolThatWasNeverThere_HadNoStake()
    {
        var pool = new PoolReplay();
        pool.Measure();
        Assert.False(pool.HadStake);
    }

    /// <summary>Whatever a chain's endpoint says happened, shares stay numbers.</summary>
    [Fact]
    public void AnyEvents_LeaveSharesFinite() => Prop.ForAll<(byte Kind, uint Amount)[]>(events =>
    {
        var pool = new PoolReplay();
        foreach (var (kind, units) in events)
        {
            var amount = new TokenAmount(units);
            ((Action<TokenAmount>)((kind % 4) switch { 0 => pool.Add, 1 => pool.Remove, 2 => pool.Earn, _ => pool.Slash }))(amount);
        }
        return double.IsFinite(pool.EarnedShare) && double.IsFinite(pool.SlashedShare) && pool.EarnedShare >= 0 && pool.SlashedShare >= 0;
    }).QuickCheckThrowOnFailure();

    static TokenAmount Tokens(ulong tokens) => TokenAmount.FromTokens(tokens);
}
