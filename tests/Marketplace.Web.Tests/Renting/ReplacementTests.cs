using Marketplace.Client.Catalog;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Web.Formatting;
using Marketplace.Web.Renting;

namespace Marketplace.Web.Tests.Renting;

public sealed class ReplacementTests
{
    static readonly TimeSpan Epoch = TimeSpan.FromHours(1);

    [Fact]
    public void Link_AsksForAsManyAsAreMissing_WithTheSpaceAndTimeOfThoseThatStay_AndNoneOfTheKnown()
    {
        IReadOnlyList<RentedAgreement> rented = [Rented(1, 3, 150), Rented(2, 3, 160), Rented(3, 5, 150), Rented(4, 3, 150), Rented(5, 3, 90)];

        var link = Replacement.LinkFor(CodingScheme.Small, 9, rented, new HashSet<Address> { Owner(4), Owner(6) }, new Epoch(100), Epoch);

        var except = string.Join('.', new byte[] { 1, 2, 3, 4, 5, 6 }.Select(Owner));
        Assert.Equal($"/rent?gib=12&for=60&unit=hour&coding=small&replace=9&except={except}&step=2", link);
        var form = RentalForm.Of("12", "60", "hour", "small", "9", except);
        var need = Assert.Single(form.NeedsIn(Epoch, consumer: null));
        Assert.Equal((9, new GiB(3), 60ul), (need.Providers, need.Space, need.Term));
        Assert.Equal([Owner(1), Owner(2), Owner(3), Owner(4), Owner(5), Owner(6)], need.Except);
        // The page asks anew only where something changed.
        Assert.Equal(form, RentalForm.Of("12", "60", "hour", "small", "9", except));
    }

    [Fact]
    public void WithoutAnybodyWhoStays_OrAnythingMissing_AllIsRentedAnew()
    {
        Assert.Null(Replacement.LinkFor(CodingScheme.Small, 1, [Rented(1, 3, 100)], new HashSet<Address>(), new Epoch(100), Epoch));
        Assert.Null(Replacement.LinkFor(CodingScheme.Small, 1, [Rented(1, 3, 150)], new HashSet<Address> { Owner(1) }, new Epoch(100), Epoch));
        Assert.Null(Replacement.LinkFor(CodingScheme.Small, 0, [Rented(1, 3, 150)], new HashSet<Address>(), new Epoch(100), Epoch));
    }

    [Theory]
    [InlineData(1, "1&unit=hour")]
    [InlineData(101, "5&unit=day")]
    [InlineData(24 * 101, "4&unit=month")]
    [InlineData(ulong.MaxValue - 100, "1000&unit=month")]
    public void Time_IsSaidInAUnitThatFits(ulong epochs, string length) => Assert.Contains(
        $"for={length}", Replacement.LinkFor(CodingScheme.Small, 1, [Rented(1, 3, 100 + epochs)], new HashSet<Address>(), new Epoch(100), Epoch), StringComparison.Ordinal);

    [Theory]
    [InlineData("0", "small")]
    [InlineData("31", "small")]
    [InlineData("two", "small")]
    [InlineData("2", null)]
    [InlineData("2", "nonsense")]
    public void Address_ThatMakesNoSense_ReplacesNobody(string count, string? coding) => Assert.Null(RentalForm.Of("4", "1", "day", coding, count, "nonsense").Replaces);

    [Fact]
    public void WhoIsNoAccount_IsExceptedByNobody() => Assert.Equal([Owner(1)], new Replacement(1, $"nonsense..{Owner(1)}.0x12").Excepted);

    [Fact]
    public void Message_SaysAccountsByTheirEnds() => Assert.Equal(
        $"2 can (0x0100…0000: gone; {Texts.Short(Owner(2))} does not answer).", Texts.ShortenAccounts($"2 can ({Owner(1)}: gone; {Owner(2)} does not answer)."));

    /// <summary>A provider words its own failures: mixed case that is no checksum would be no account.</summary>
    [Theory]
    [InlineData("0xABCDabcdABCDabcdABCDabcdABCDabcdABCDabcd")]
    [InlineData("0x12")]
    public void WhatOnlyLooksLikeAnAccount_StaysInItsMessage(string text) => Assert.Equal($"gone: {text}", Texts.ShortenAccounts($"gone: {text}"));

    static Address Owner(byte number)
    {
        var bytes = new byte[Address.Size];
        bytes[0] = number;
        return new Address(bytes);
    }

    static RentedAgreement Rented(byte provider, ulong space, ulong end) => new(
        new AgreementId(provider), Owner(provider), new GiB(space), new Epoch(end), new Revision(new AgreementId(provider), 0, Hash256.Zero, 0), null, null);
}
