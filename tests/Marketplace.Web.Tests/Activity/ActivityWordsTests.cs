using Marketplace.Chain.Contracts;
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
    public void Withdrawal_SaysWhereTo_IfElsewhere()
    {
        Assert.Equal("1\u00A0SPACE withdrawn from escrow", ActivityWords.Of(new AgreementEscrow.WithdrawnEvent(Consumer, Consumer, 1_000_000_000_000_000_000), Consumer));
        Assert.Equal("1\u00A0SPACE withdrawn from escrow into 0x14dC…9955", ActivityWords.Of(new AgreementEscrow.WithdrawnEvent(Consumer, Provider, 1_000_000_000_000_000_000), Consumer));
    }

    [Fact]
    public void WhatAnotherEventTells_IsNotToldTwice() =>
        Assert.Null(ActivityWords.Of(new StakeVault.PositionEndedEvent(new AgreementId(7), Provider), Provider));
}
