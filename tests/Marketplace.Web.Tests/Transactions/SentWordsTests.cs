using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Web.Transactions;

namespace Marketplace.Web.Tests.Transactions;

public sealed class SentWordsTests
{
    static readonly SentState Waits = new SentState.Waits(), Unseen = new SentState.Waits(IsUnseen: true), Failed = new SentState.Failed("why");

    public static TheoryData<SentState[], string> Lines => new()
    {
        { [], "" },
        { [Waits], "1 transaction waits" },
        { [Waits, Waits], "2 transactions wait" },
        { [Waits, Failed], "1 transaction needs a look, 1 waits" },
        { [Unseen, new SentState.Replaced(), new SentState.Lost(), Waits, Waits], "3 transactions need a look, 2 wait" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Line_CountsWhatWaits_AndWhatNeedsALook(SentState[] states, string line) =>
        Assert.Equal(line, SentWords.LineOf([.. states.Select(state => new SentTransaction(default, new TransactionRequest(), null, "", default, state))]));

    [Fact]
    public void WhatWasNotSeen_Failed_OrWasReplaced_SaysWhatToDo() =>
        Assert.DoesNotContain(new[] { Unseen, Failed, new SentState.Replaced(), new SentState.Replaced(default(Hash256)), new SentState.Lost() }, state => SentWords.ReasonOf(state).Length == 0);
}
