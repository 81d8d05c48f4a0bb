using Marketplace.Application.Activity;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Activity;

namespace Marketplace.Web.Tests.Activity;

public sealed class MarketWordsTests
{
    const ulong Token = 1_000_000_000_000_000_000;

    static readonly Address Consumer = Address.Parse("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
    static readonly Address Provider = Address.Parse("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955");
    static readonly Address Other = Address.Parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

    [Fact]
    public void Event_SaysWhoDidIt_AndLeadsThere()
    {
        (object Happened, ActivityKind Kind, string Words)[] told =
        [
            (Opened(7, Provider), ActivityKind.Agreements, "0x3C44…93BC ordered 4\u00A0GiB from 0x14dC…9955 for 10 epochs, 2\u00A0SPACE into escrow"),
            (new ProviderRegistry.EpochsMissedEvent(Provider, new Epoch(9), 3, 1), ActivityKind.Proofs, "0x14dC…9955 missed 3 epochs up to epoch 9, 1 of them forgiven"),
            (new StakeVault.StakeSlashedEvent(Provider, Token, Token, 0, Token, 0), ActivityKind.Proofs, "0x14dC…9955 was slashed: 2\u00A0SPACE of its own stake, 1\u00A0SPACE of delegators’"),
            (new ListingBook.ListingWithdrawnEvent(new ListingId(3)), ActivityKind.Offers, "0x14dC…9955 withdrew offer 3"),
            (new StorageAgreements.AgreementTerminatedEvent(new AgreementId(7), new Epoch(9), Token), ActivityKind.Agreements, "Agreement 7 was ended early, at the beginning of epoch 9; 1\u00A0SPACE went back"),
        ];
        foreach (var (happened, kind, words) in told)
        {
            var row = Assert.Single(ActivityRow.Of([At(1, happened, Provider)], account: null));
            Assert.Equal((kind, words, ("Provider 0x14dC…9955", $"/providers/{Provider}")), (row.Kind, row.Words, row.Link!.Value));
        }
    }

    [Fact]
    public void Rental_IsOneRow_WhosePartsLeadToTheProviders()
    {
        var row = Assert.Single(ActivityRow.Of([At(3, Opened(3, Provider), Provider), At(2, Opened(2, Other), Other), At(1, Opened(1, Other), Other)], account: null));

        Assert.Equal("0x3C44…93BC ordered 12\u00A0GiB from 2 providers for 10 epochs, 6\u00A0SPACE into escrow", row.Words);
        Assert.Null(row.Link);
        Assert.Equal([$"/providers/{Provider}", $"/providers/{Other}", $"/providers/{Other}"], row.Parts.Select(part => part.Link!.Value.Address));
    }

    [Fact]
    public void WhatOneTransactionDidToAProvider_IsOneRow_AndLinesOfItsOwnInWhatIsDownloaded()
    {
        var missed = new ProviderRegistry.EpochsMissedEvent(Provider, new Epoch(9), 3, 1);
        var slashed = new StakeVault.StakeSlashedEvent(Provider, Token, Token, 0, Token, 0);
        var rows = ActivityRow.Of([At(4, slashed, Provider), At(3, missed, Provider), At(2, missed with { Provider = Other }, Other), At(1, slashed, Provider)], account: null);

        Assert.Equal(
            ["0x14dC…9955 was slashed: 2\u00A0SPACE of its own stake, 1\u00A0SPACE of delegators’, and 1 more", "0xf39F…2266 missed 3 epochs up to epoch 9, 1 of them forgiven", "0x14dC…9955 was slashed: 2\u00A0SPACE of its own stake, 1\u00A0SPACE of delegators’"],
            rows.Select(row => row.Words));
        Assert.Equal([2, 0, 0], rows.Select(row => row.Parts.Count));
        Assert.Equal(1 + 4, ActivityExport.Write(rows).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void WhatIsNoNewsOfTheMarket_IsNotTold() => Assert.Empty(ActivityRow.Of(
        [At(1, new ProviderRegistry.EpochProvenEvent(Provider, new Epoch(1)), Provider), At(2, new AgreementEscrow.WithdrawnEvent(Consumer, Consumer, Token), null)], account: null));

    static StorageAgreements.AgreementProposedEvent Opened(ulong number, Address provider) =>
        new(new AgreementId(number), Consumer, provider, new ListingId(1), new GiB(4), 10, 1, 2 * (System.Numerics.BigInteger)Token);

    static ActivityEntry At(ulong place, object happened, Address? provider) => new(DateTimeOffset.UnixEpoch, happened, Hash256.Zero, place) { Provider = provider };
}
