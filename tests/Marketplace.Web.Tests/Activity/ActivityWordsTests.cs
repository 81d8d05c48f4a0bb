using Marketplace.Application.Activity;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Governance;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Activity;

namespace Marketplace.Web.Tests.Activity;

public sealed class ActivityWordsTests
{
    static readonly Address Consumer = Address.Parse("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
    static readonly Address Provider = Address.Parse("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955");

    [Fact]
    public void Agreement_IsToldToEachSideInItsOwnWords()
    {
        var opened = new StorageAgreements.AgreementProposedEvent(
            new AgreementId(7), Consumer, Provider, new ListingId(1), new GiB(4), 10, 1, 2_500_000_000_000_000_000);

        Assert.Equal("Agreement 7 was opened with 0x14dC…9955: 4\u00A0GiB for 10 epochs, 2.5\u00A0SPACE into escrow", ActivityWords.Of(opened, Consumer));
        Assert.Equal("0x3C44…93BC took agreement 7: 4\u00A0GiB for 10 epochs", ActivityWords.Of(opened, Provider));
    }

    [Fact]
    public void Loss_IsToldToEachSideInItsOwnWords_AndSoIsItsEnd()
    {
        var declared = new DeclaredLosses.LossDeclaredEvent(new AgreementId(7), Provider, 1, Hash256.Zero, 3, 2_500_000_000_000_000_000);

        Assert.Equal("0x14dC…9955 declared that part of what it keeps in agreement 7 is lost, which cost it 2.5\u00A0SPACE", ActivityWords.Of(declared, Consumer));
        Assert.Equal("A loss in agreement 7 was declared, at a cost of 2.5\u00A0SPACE", ActivityWords.Of(declared, Provider));
        Assert.StartsWith("The loss in agreement 7 was made good", ActivityWords.Of(new DeclaredLosses.LossRestoredEvent(new AgreementId(7), 2), Consumer));
    }

    [Fact]
    public void OneRental_IsOneRow_ThatOpensToItsAgreements()
    {
        var rental = Hash256.Zero;
        List<ActivityEntry> entries =
        [
            At(9, rental, Opened(3)), At(8, rental, new EgressVouchers.EgressDepositedEvent(new AgreementId(3), Consumer, 1_000_000_000_000_000_000)),
            At(7, rental, Opened(2)), At(6, rental, Opened(1)),
            At(5, new Hash256([.. Enumerable.Repeat((byte)1, 32)]), Opened(4)),
        ];

        var rows = ActivityRow.Of(entries, Consumer);

        Assert.Equal(
            ["3 agreements were opened, 7.5\u00A0SPACE into escrow", "1\u00A0SPACE set aside for reading agreement 3",
                "Agreement 4 was opened with 0x14dC…9955: 4\u00A0GiB for 10 epochs, 2.5\u00A0SPACE into escrow"],
            rows.Select(row => row.Words));
        Assert.Equal([3, 0, 0], rows.Select(row => row.Parts.Count));
        Assert.StartsWith("Agreement 3 was opened", rows[0].Parts[0].Words, StringComparison.Ordinal);
        Assert.Equal("0x3C44…93BC took 3 agreements", ActivityRow.Of(entries, Provider)[0].Words);
    }

    [Fact]
    public void Extension_SaysWhatWentOut()
    {
        var longer = new StorageAgreements.AgreementExtendedEvent(new AgreementId(7), new ListingId(1), new GiB(0), new Epoch(3), new Epoch(40), 1, 2_500_000_000_000_000_000);

        Assert.Equal("Agreement 7 was extended, to the beginning of epoch 40: 2.5\u00A0SPACE into escrow", ActivityWords.Of(longer, Consumer));
        Assert.Equal(
            "Agreement 7 was extended by 2\u00A0GiB, to the beginning of epoch 40: 2.5\u00A0SPACE into escrow",
            ActivityWords.Of(longer with { AddedSpace = new GiB(2) }, Consumer));
    }

    [Fact]
    public void Vote_SaysWhichWay() => Assert.Equal(
        "1\u00A0SPACE voted against a proposal", ActivityWords.Of(new MarketplaceGovernor.VoteCastEvent(Consumer, 5, 0, 1_000_000_000_000_000_000, "no"), Consumer));

    [Fact]
    public void Withdrawal_SaysWhereTo_IfElsewhere()
    {
        Assert.Equal("1\u00A0SPACE withdrawn from escrow", ActivityWords.Of(new AgreementEscrow.WithdrawnEvent(Consumer, Consumer, 1_000_000_000_000_000_000), Consumer));
        Assert.Equal("1\u00A0SPACE withdrawn from escrow into 0x14dC…9955", ActivityWords.Of(new AgreementEscrow.WithdrawnEvent(Consumer, Provider, 1_000_000_000_000_000_000), Consumer));
    }

    [Fact]
    public void WhatAnotherEventTells_IsNotToldTwice() =>
        Assert.Null(ActivityWords.Of(new StakeVault.PositionEndedEvent(new AgreementId(7), Provider), Provider));

    [Fact]
    public void EarlyEnd_IsOneRow_ThoughWhatGoesBackIsCreditedBeside()
    {
        var ended = new StorageAgreements.AgreementTerminatedEvent(new AgreementId(7), new Epoch(9), 2_000_000_000_000_000_000);
        var back = new AgreementEscrow.CreditedEvent(Provider, 7, Consumer, 2_000_000_000_000_000_000);
        var other = new Hash256([.. Enumerable.Repeat((byte)1, 32)]);

        var rows = ActivityRow.Of([At(3, other, back), At(2, Hash256.Zero, back), At(1, Hash256.Zero, ended)], Consumer);

        Assert.Equal(
            ["2\u00A0SPACE became this account’s to withdraw", "Agreement 7 was ended early, at the beginning of epoch 9; 2\u00A0SPACE went back"], rows.Select(row => row.Words));
    }

    [Fact]
    public void Vote_SaysOnWhat_AsText()
    {
        var vote = At(1, Hash256.Zero, new MarketplaceGovernor.VoteCastEvent(Consumer, 5, 1, 1_000_000_000_000_000_000, "")) with { Title = "Lower\u202E the fee" };

        Assert.Equal("1\u00A0SPACE voted for a proposal: “Lower\uFFFD the fee”", Assert.Single(ActivityRow.Of([vote], Consumer)).Words);
    }

    [Fact]
    public void Proposal_IsToldToItsEnd_AndLedTo()
    {
        var id = new ProposalId(new Hash256([.. Enumerable.Repeat((byte)5, 32)]));
        object[] steps =
        [
            new MarketplaceGovernor.ProposalCreatedEvent(5, Consumer, [], [], [], [], 0, 0, ""), new MarketplaceGovernor.ProposalQueuedEvent(5, 0),
            new MarketplaceGovernor.ProposalExecutedEvent(5), new MarketplaceGovernor.ProposalCanceledEvent(5),
        ];

        var rows = ActivityRow.Of([.. steps.Select((step, i) => At((ulong)i, Hash256.Zero, step) with { Title = "Raise the fee", Proposal = id })], Consumer);

        Assert.Equal(
            ["A change was proposed", "A proposal was accepted, and waits in the timelock until 1 Jan 1970, 00:00\u00A0UTC", "A proposal was carried out: what it changes is in force",
                "A proposal was taken back by who made it"],
            rows.Select(row => row.Words.Replace(": “Raise the fee”", "", StringComparison.Ordinal)));
        Assert.All(rows, row => Assert.Equal((ActivityKind.Votes, ("Read the proposal", $"/govern?proposal={id}")), (row.Kind, row.Link!.Value)));
        Assert.Equal("A proposal was accepted, and waits in the timelock", ActivityWords.Of(new MarketplaceGovernor.ProposalQueuedEvent(5, System.Numerics.BigInteger.Pow(2, 200)), Consumer));
    }

    [Fact]
    public void WhatHappened_IsOfAKind()
    {
        object[] happened =
        [
            Opened(1), new EgressVouchers.EgressDepositedEvent(new AgreementId(3), Consumer, 1), new ProviderRegistry.EpochProvenEvent(Provider, new Epoch(3)),
            new MarketplaceGovernor.VoteCastEvent(Consumer, 5, 0, 1, "no"), new ListingBook.ListingWithdrawnEvent(new ListingId(1)), new StakeVault.UnstakedEvent(Provider, 1),
        ];

        Assert.Equal(
            [ActivityKind.Agreements, ActivityKind.Money, ActivityKind.Proofs, ActivityKind.Votes, ActivityKind.Offers, ActivityKind.Stake],
            happened.Select(one => ActivityWords.Tell(one, Consumer)!.Value.Kind));
    }

    [Fact]
    public void Kind_IsReadFromItsAddress()
    {
        Assert.All(ActivityKinds.All, kind => Assert.Equal(kind, ActivityKinds.Parse(ActivityKinds.KeyOf(kind))));
        Assert.All(new[] { null, "", "0", "everything", "money,votes" }, key => Assert.Null(ActivityKinds.Parse(key)));
    }

    /// <summary>One by one, since sums are made of it; and a title that somebody chose stays text.</summary>
    [Fact]
    public void Export_HasALineForEachThing()
    {
        var vote = At(3, new Hash256([.. Enumerable.Repeat((byte)1, 32)]), new MarketplaceGovernor.VoteCastEvent(Consumer, 5, 1, 1_000_000_000_000_000_000, "")) with { Title = "=A1, \"free\"" };

        var lines = ActivityExport.Write(ActivityRow.Of([vote, At(2, Hash256.Zero, Opened(2)), At(1, Hash256.Zero, Opened(1))], Consumer)).Split("\r\n");

        Assert.Equal("\uFEFFTime (UTC),Kind,What happened,Transaction", lines[0]);
        Assert.Equal($"1970-01-01 00:00:00,Votes,\"1 SPACE voted for a proposal: “=A1, \"\"free\"\"”\",{vote.Transaction}", lines[1]);
        Assert.Equal($"1970-01-01 00:00:00,Agreements,\"Agreement 2 was opened with 0x14dC…9955: 4 GiB for 10 epochs, 2.5 SPACE into escrow\",{Hash256.Zero}", lines[2]);
        Assert.StartsWith("1970-01-01 00:00:00,Agreements,\"Agreement 1 was opened", lines[3], StringComparison.Ordinal);
        Assert.Equal(["", 5], new object[] { lines[4], lines.Length });
    }

    static StorageAgreements.AgreementProposedEvent Opened(ulong number) =>
        new(new AgreementId(number), Consumer, Provider, new ListingId(1), new GiB(4), 10, 1, 2_500_000_000_000_000_000);

    static ActivityEntry At(ulong place, Hash256 transaction, object happened) => new(DateTimeOffset.UnixEpoch, happened, transaction, place);
}
