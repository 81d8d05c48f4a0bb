using Marketplace.Application.Agreements;
using Marketplace.Application.Transactions;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Egress;
using Marketplace.Chain.Listings;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Agreements;
using Marketplace.Web.Transactions;

namespace Marketplace.Web.Tests.Agreements;

/// <summary>Epochs of a day from 1970 on, each agreement of 2 GiB at a token.</summary>
public sealed class RentalWordsTests
{
    static readonly EpochClock Clock = new(DateTimeOffset.UnixEpoch, TimeSpan.FromDays(1));

    static readonly Hash256 First = new(Enumerable.Repeat((byte)1, 32).ToArray()), Second = new(Enumerable.Repeat((byte)2, 32).ToArray());

    [Fact]
    public void WhatOneTransactionOpened_IsOneRental_TheNewestFirst()
    {
        var rentals = Rental.Of([Row(1, First, 1), Row(2, First, 2), Row(3, First, 2, AgreementState.Terminated), Row(4, Second, 1)]);

        Assert.Equal(["4", "1–3"], rentals.Select(rental => rental.Name));
        Assert.Equal(("2 of 3 run", 2, 6UL), (rentals[1].StateText, rentals[1].Providers, rentals[1].Space.Value));
        Assert.Equal(TokenAmount.FromTokens(120), rentals[1].PriceOf(30));
        Assert.Equal((true, "all run"), (rentals[0].IsAlone, rentals[0].StateText));
    }

    [Fact]
    public void Agreement_WithADeclaredLoss_SaysSo_WhileItRuns()
    {
        var row = Row(1, First, 1);
        Assert.Equal("runs", AgreementTexts.StateOf(row));
        Assert.Equal("loss declared, not paid", AgreementTexts.StateOf(row with { IsSuspended = true }));
        Assert.Equal("over, to be closed", AgreementTexts.StateOf(row with { IsSuspended = true, EpochsLeft = 0 }));
        Assert.Equal("all run, 1 not paid", new Rental(First, [row, row with { IsSuspended = true }]).StateText);
    }

    [Fact]
    public void Agreement_WhoseLossWasMadeGood_SaysFromWhenItIsPaidAgain()
    {
        var row = Row(1, First, 1) with { PaidAgainFrom = new Epoch(6) };
        Assert.Equal("paid again from epoch 6", AgreementTexts.StateOf(row));
        Assert.Equal("not paid to its end", AgreementTexts.StateOf(row with { PaidAgainFrom = new Epoch(7) }));
        Assert.Equal("over, to be closed", AgreementTexts.StateOf(row with { EpochsLeft = 0 }));
        Assert.Equal("all run, 1 not paid", new Rental(First, [Row(2, First, 1), row]).StateText);
    }

    [Fact]
    public void Calendar_TellsProvenEpochsThatAreNotPaidApart()
    {
        var (paid, unpaid, missed, open) = (new EpochProof(new Epoch(2), true, false), new EpochProof(new Epoch(3), true, true), new EpochProof(new Epoch(4), false, true), new EpochProof(new Epoch(5), false, true));
        var now = open.Epoch;
        Assert.Equal(["is-proven", "is-unpaid", "is-missed", "is-open"], new[] { paid, unpaid, missed, open }.Select(proof => CalendarWords.ClassOf(proof, now)));
        Assert.Equal(["is-proven", "is-unpaid", "is-missed", "is-open"], CalendarWords.LegendOf(new AgreementProofs(now, [paid, unpaid, missed, open])).Select(key => key.Class));
        Assert.Equal(["proven"], CalendarWords.LegendOf(new AgreementProofs(now, [paid])).Select(key => key.Words));
        Assert.EndsWith("UTC: proven", CalendarWords.Of(paid, now, Clock), StringComparison.Ordinal);
        Assert.EndsWith("UTC: proven, not paid since a loss was declared", CalendarWords.Of(unpaid, now, Clock), StringComparison.Ordinal);
        Assert.EndsWith("UTC: still open, not paid since a loss was declared", CalendarWords.Of(open, now, Clock), StringComparison.Ordinal);
        Assert.Equal("The one epoch that is over was proven.", CalendarWords.SentenceOf(new AgreementProofs(unpaid.Epoch, [paid, unpaid])));
        Assert.Equal(
            "2 of 3 epochs that are over were proven. 1 of the proven ones is not paid, since a loss was declared.", CalendarWords.SentenceOf(new AgreementProofs(now, [paid, unpaid, missed, open])));
    }

    [Fact]
    public void Calendar_SaysOneEpochAndNoneInEnglish_AndWhenItBeginsAndEnds()
    {
        var missed = new EpochProof(new Epoch(4), false, false);
        Assert.Equal("Its first epoch is not over yet.", CalendarWords.SentenceOf(new AgreementProofs(missed.Epoch, [missed])));
        Assert.Equal("The one epoch that is over was not proven.", CalendarWords.SentenceOf(new AgreementProofs(missed.Epoch + 1, [missed])));
        Assert.Equal("5\u00A0Jan\u00A01970", CalendarWords.EndOf(missed.Epoch, Clock));
        Assert.Equal(3, CalendarWords.BlanksBefore(new Epoch(0), 15, Clock));
        Assert.Equal(0, CalendarWords.BlanksBefore(new Epoch(0), 14, Clock));
        var hourly = new EpochClock(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1));
        Assert.Equal("epoch 4, 1 Jan 1970, 04:00\u00A0UTC", CalendarWords.EndOf(missed.Epoch, hourly));
        Assert.Equal(0, CalendarWords.BlanksBefore(new Epoch(4), 300, hourly));
        Assert.Equal(["is-few", "is-by-week", ""], new[] { CalendarWords.LayoutOf(3, Clock), CalendarWords.LayoutOf(300, Clock), CalendarWords.LayoutOf(300, hourly) });
    }

    [Fact]
    public void Rental_CountsThoseThatLackAProof_AmongThoseThatRun()
    {
        var (well, lacking) = (Row(1, First, 1), Row(2, First, 2) with { LacksProof = true });
        Assert.Equal("", new Rental(First, [well]).LackText);
        Assert.Equal("1 of 2 lack proofs", new Rental(First, [well, lacking, Row(3, First, 3, AgreementState.Terminated) with { LacksProof = true }]).LackText);
        Assert.Equal("all lack proofs", new Rental(First, [lacking, lacking]).LackText);
    }

    [Theory]
    [InlineData(3, 3, "3\u00A0d")]
    [InlineData(3, 5, "3\u00A0d to 5\u00A0d")]
    public void TimeLeft_IsOneOrFromTo(ulong first, ulong last, string words) => Assert.Equal(words, Rental.LeftText((first, last), TimeSpan.FromDays(1)));

    [Fact]
    public void Extension_SaysTheSum_TheSpace_AndTheEnds()
    {
        Assert.Equal(
            "You extend 2 agreements with 2 providers to 6\u00A0GiB in all until 11 Jan 1970, 00:00\u00A0UTC, the end of epoch 9, for at most 7\u00A0SPACE.",
            AgreementTexts.SummaryOf([Quote(1, 1, 10), Quote(2, 2, 10)], Clock));
        Assert.Equal(
            "You extend 2 agreements with 1 provider to 6\u00A0GiB in all, the first until 11 Jan 1970, 00:00\u00A0UTC, the last until 13 Jan 1970, 00:00\u00A0UTC, for at most 7\u00A0SPACE.",
            AgreementTexts.SummaryOf([Quote(1, 1, 10), Quote(2, 1, 12)], Clock));
        Assert.StartsWith("You extend agreement 1 to 3\u00A0GiB until 11 Jan 1970", AgreementTexts.SummaryOf([Quote(1, 1, 10)], Clock), StringComparison.Ordinal);
    }

    [Fact]
    public void Ending_SaysWhatComesBack_UntilWhenNoticesRun_AndWhatIsTakenBack()
    {
        EndingQuote Ending(ulong number, ulong tokens, AgreementState state = AgreementState.Active) =>
            new(Info(number, 1, state), TokenAmount.FromTokens(tokens), new Epoch(7));

        Assert.Equal(
            "You end 2 agreements. About 5\u00A0SPACE are yours to take out at once; what is left pays their notice of 1 epoch, until 8 Jan 1970, 00:00\u00A0UTC. "
                + "From then on their providers may delete what you stored there.",
            EndingWords.SummaryOf([Ending(1, 2), Ending(2, 3)], Clock));
        Assert.EndsWith(
            "may delete what you stored there. 1 proposal is taken back; 4\u00A0SPACE are yours again.",
            EndingWords.SummaryOf([Ending(1, 2), Ending(2, 4, AgreementState.Proposed)], Clock), StringComparison.Ordinal);
        Assert.Equal("1 proposal is taken back; 4\u00A0SPACE are yours again.", EndingWords.SummaryOf([Ending(2, 4, AgreementState.Proposed)], Clock));
    }

    [Theory]
    [InlineData(1, 1, "")]
    [InlineData(2, 3, "This takes 3 transactions, each asked for by itself, since it is more than one can do. Number 2: ")]
    public void Parts_AreCounted(int number, int count, string words) => Assert.Equal(words, AgreementTexts.PartOf(number, count));

    [Fact]
    public void Actions_ComeOneAfterTheOther()
    {
        PreparedAction Action(string words) => new("Extend agreements", words, Actor.Anybody, new WalletAction(_ => throw new InvalidOperationException(), null));

        var first = PreparedAction.InTurn([Action("1"), Action("2"), Action("3")]);

        Assert.Equal(("1", "2", "3"), (first.Summary, first.Next?.Summary, first.Next?.Next?.Summary));
        Assert.Null(first.Next!.Next!.Next);
    }

    static ExtensionQuote Quote(ulong number, byte provider, ulong end)
    {
        var terms = new ListingTerms(TokenAmount.FromTokens(1), new GiB(9), 1, 100, TokenAmount.Zero, AutoAccept: true);
        return new ExtensionQuote(
            Info(number, provider, AgreementState.Active), new ListingInfo(new ListingId(1), AddressOf(provider), IsWithdrawn: false, terms),
            new AgreementExtension(null, new GiB(1), 1, new TokenAmount(TokenAmount.FromTokens(7).Value / 2)), new Epoch(end));
    }

    static RunningAgreement Row(ulong number, Hash256 opening, byte provider, AgreementState state = AgreementState.Active) =>
        new(Info(number, provider, state), 3, 2, 1, new EgressAccount(TokenAmount.Zero, TokenAmount.Zero, TokenAmount.Zero), TokenAmount.Zero, opening);

    static AgreementInfo Info(ulong number, byte provider, AgreementState state) => new()
    {
        Id = new AgreementId(number), Consumer = AddressOf(9), Provider = AddressOf(provider), DataKey = AddressOf(9), State = state, Listing = new ListingId(1),
        Space = new GiB(2), Start = new Epoch(2), End = new Epoch(7), Term = 5, BillingCycle = 30, SettlementGrace = 1, TerminationNotice = 1, ProtocolFeeBps = 0,
        Price = TokenAmount.FromTokens(1), EgressPrice = TokenAmount.Zero, Deposited = TokenAmount.FromTokens(10), Paid = TokenAmount.Zero,
        Refunded = TokenAmount.Zero, Remaining = TokenAmount.FromTokens(10),
    };

    static Address AddressOf(byte number) => new(Enumerable.Repeat(number, 20).ToArray());
}
