using Marketplace.Application.Agreements;
using Marketplace.Application.Transactions;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Listings;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Tests.Agreements;

/// <summary>On a real market: agreements 1 to 5 of 2 GiB at a token for a GiB and an epoch, over 6 epochs, rented with one transaction.</summary>
public sealed class ManyAgreementsTests : IAsyncLifetime
{
    static readonly AgreementId[] Rented = [.. Enumerable.Range(1, 5).Select(number => new AgreementId((UInt128)number))];

    MarketFixture chain = null!;
    IMediator cases = null!;
    ListingId listing;

    Address Consumer => chain.Consumer.Address;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        cases = chain.CasesOf(chain.Consumer);
        listing = await chain.ProvideAsync();
        await chain.SendAsync(chain.Deployer, chain.Market.Token.Transfer(Consumer, TokenAmount.FromTokens(1_000)));
        await OpenAsync(listing, Rented.Length);
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Rental_IsExtendedWithOneTransaction_ForExactlyTheSumThatWasQuoted()
    {
        var (before, tokens) = (await ReadAsync(), await TokensAsync());
        var part = Assert.Single(await PrepareAsync(Quotes(await AskAsync(Rented, space: 1, term: 3))));
        var needed = part.Action.Allowance!.Amount;

        var done = Assert.IsType<ExtensionResult.Extended>(await cases.Send(new ExtendAgreements(part.Items)));

        Assert.Equal(Rented, part.Items.Select(quote => quote.Agreement.Id));
        Assert.Equal(Rented, done.Agreements.Select(row => row.Agreement.Id));
        Assert.Equal(needed, done.Agreements.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.Deposit));
        Assert.Equal(needed, tokens - await TokensAsync());
        Assert.All(before.Zip(await ReadAsync()), row => Assert.Equal((row.First.End + 3, new GiB(3)), (row.Second.End, row.Second.Space)));
        Assert.Equal(TokenAmount.Zero, await chain.Market.Token.GetAllowanceAsync(Consumer, chain.Market.Escrow.Address));
    }

    [Fact]
    public async Task WhatCannotBeExtended_IsNamed_AndSpoilsNothing()
    {
        await chain.SendAsync(chain.Consumer, chain.Market.Agreements.Terminate(Rented[1]));
        var byHand = await PublishAsync(MarketFixture.Terms with { AutoAccept = false });
        var proposal = Assert.Single(await OpenAsync(byHand, 1));
        var brief = await PublishAsync(MarketFixture.Terms with { MaxTerm = 6 });
        var tight = Assert.Single(await OpenAsync(brief, 1));

        var quoted = await AskAsync([Rented[0], Rented[1], proposal, tight, new AgreementId(99), Rented[2]], space: 0, term: 20);

        Assert.Equal([Rented[0], Rented[1], proposal, tight, new AgreementId(99), Rented[2]], quoted.Select(row => row.Id));
        Assert.Equal([null, "It was ended early.", "It still waits for its provider."], quoted.Take(3).Select(row => row.Reason));
        Assert.StartsWith("Agreement ", Assert.IsType<ExtensionQuoting.Refused>(quoted[3]).Reason, StringComparison.Ordinal);
        Assert.IsType<ExtensionQuoting.Unknown>(quoted[4]);
        var part = Assert.Single(await PrepareAsync(Quotes(quoted)));
        var done = Assert.IsType<ExtensionResult.Extended>(await cases.Send(new ExtendAgreements(part.Items)));
        Assert.Equal([Rented[0], Rented[2]], done.Agreements.Select(row => row.Agreement.Id));
    }

    /// <summary>The offer has 40 GiB left: three of them can have 12 more, and not the fourth.</summary>
    [Fact]
    public async Task SpaceOfOneOffer_IsReckonedForAllTogether()
    {
        var quoted = await AskAsync(Rented, space: 12, term: 0);

        Assert.Equal([true, true, true, false, false], quoted.Select(row => row is ExtensionQuoting.Quoted));
        Assert.Equal("It has 4 GiB left, 12 are needed.", quoted[3].Reason);
        Assert.IsType<ExtensionResult.Extended>(await cases.Send(new ExtendAgreements(Quotes(quoted))));
    }

    [Fact]
    public async Task PriceThatRoseSince_IsRefused_AndNothingIsExtended()
    {
        var quotes = Quotes(await AskAsync(Rented, space: 0, term: 2));
        await chain.SendAsync(chain.Owner, chain.Market.Listings.Change(listing, MarketFixture.Terms with { Price = TokenAmount.FromTokens(2), Available = new GiB(40) }));
        var before = await ReadAsync();

        await Assert.ThrowsAnyAsync<Marketplace.Ethereum.Contracts.ContractErrorException>(() => cases.Send(new ExtendAgreements(quotes)));

        Assert.Equal(before, await ReadAsync());
    }

    [Fact]
    public async Task Rental_IsEndedWithOneTransaction_AndBringsBackWhatWasQuoted_AndTheProposalIsTakenBack()
    {
        var byHand = await PublishAsync(MarketFixture.Terms with { AutoAccept = false });
        var proposal = Assert.Single(await OpenAsync(byHand, 1));
        await chain.SendAsync(chain.Consumer, chain.Market.Agreements.Terminate(Rented[1]));
        await chain.GoToAsync((await ReadAsync())[0].Start + 1);
        var before = await chain.Market.Escrow.GetWithdrawableAsync(Consumer);

        var quoted = await cases.Send(new QuoteEndings(Consumer, [.. Rented, proposal]));
        var quotes = quoted.OfType<EndingQuoting.Quoted>().Select(row => row.Quote).ToList();
        var part = Assert.Single(await cases.Send(new PrepareEndings(Consumer, quotes)));
        var done = await cases.Send(new EndAgreements(part.Items));

        Assert.Equal([Rented[1]], quoted.Where(row => row.Reason is not null).Select(row => row.Id));
        Assert.Equal(quotes.Select(quote => quote.Refund), done.Agreements.Select(row => row.Refunded));
        Assert.Equal([.. Enumerable.Repeat(AgreementState.Terminated, 4), AgreementState.Withdrawn], done.Agreements.Select(row => row.Agreement.State));
        Assert.Equal(
            quotes.Aggregate(TokenAmount.Zero, (sum, quote) => sum + quote.Refund), await chain.Market.Escrow.GetWithdrawableAsync(Consumer) - before);
    }

    /// <summary>A chain whose transactions may have little gas: there are more of them, each with its own permit, and none is too large.</summary>
    [Theory]
    [InlineData(500_000)]
    [InlineData(350_000)]
    [InlineData(1)]
    public async Task WhatIsTooMuchForOneTransaction_IsDividedAmongAsManyAsItTakes(ulong mostGas)
    {
        var quotes = Quotes(await AskAsync(Rented, space: 0, term: 3));
        var parts = await cases.Send(new PrepareExtensions(Consumer, quotes) { MostGas = mostGas });

        Assert.InRange(parts.Count, 2, Rented.Length);
        Assert.Equal(Rented, parts.SelectMany(part => part.Items).Select(quote => quote.Agreement.Id));
        foreach (var part in parts)
        {
            var done = Assert.IsType<ExtensionResult.Extended>(await cases.Send(new ExtendAgreements(part.Items)));
            var gas = (await chain.Market.Client.GetReceiptAsync(done.Transaction))!.GasUsed;
            Assert.True(part.Items.Count == 1 || gas <= mostGas, $"{gas} gas for {part.Items.Count}");
        }
        Assert.InRange((await cases.Send(new PrepareEndings(Consumer, await EndingsAsync()) { MostGas = mostGas })).Count, 2, Rented.Length);
    }

    [Fact]
    public async Task WhatWasRentedTogether_IsKnownByTheTransactionThatOpenedIt()
    {
        await OpenAsync(listing, 2);

        var rows = (await cases.Send(new ListAgreements(Consumer, All: true))).Agreements;

        Assert.Equal([5, 2], rows.GroupBy(row => row.Opening).Select(rental => rental.Count()));
    }

    async Task<IReadOnlyList<AgreementId>> OpenAsync(ListingId offer, int count)
    {
        var deposit = MarketFixture.Terms.Price * 2 * 6;
        var permit = await chain.PermitAsync(chain.Consumer, chain.Market.Escrow.Address, deposit * (ulong)count);
        var request = new AgreementRequest(offer, new GiB(2), 6, Consumer, deposit, TokenAmount.Zero);
        return chain.Market.Agreements.ReadOpened(await chain.SendAsync(chain.Consumer, chain.Market.Agreements.Open([.. Enumerable.Repeat(request, count)], permit)));
    }

    async Task<ListingId> PublishAsync(ListingTerms terms) =>
        chain.Market.Listings.ReadPublished(await chain.SendAsync(chain.Owner, chain.Market.Listings.Publish(terms)));

    Task<IReadOnlyList<ExtensionQuoting>> AskAsync(IReadOnlyList<AgreementId> ids, ulong space, ulong term) =>
        cases.Send(new QuoteExtensions(Consumer, ids, new GiB(space), term, Listing: null));

    Task<IReadOnlyList<TransactionPart<ExtensionQuote>>> PrepareAsync(IReadOnlyList<ExtensionQuote> quotes) => cases.Send(new PrepareExtensions(Consumer, quotes));

    async Task<IReadOnlyList<EndingQuote>> EndingsAsync() =>
        [.. (await cases.Send(new QuoteEndings(Consumer, Rented))).OfType<EndingQuoting.Quoted>().Select(row => row.Quote)];

    static IReadOnlyList<ExtensionQuote> Quotes(IEnumerable<ExtensionQuoting> quoted) => [.. quoted.OfType<ExtensionQuoting.Quoted>().Select(row => row.Quote)];

    Task<IReadOnlyList<AgreementInfo>> ReadAsync() => chain.Market.Agreements.GetManyAsync(Rented);

    Task<TokenAmount> TokensAsync() => chain.Market.Token.GetBalanceAsync(Consumer);
}
