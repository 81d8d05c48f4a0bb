using Marketplace.Application.Agreements;
using Marketplace.Application.Audits;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;

namespace Marketplace.Application.Tests.Audits;

/// <summary>On a real market, with a provider that never answers: a bond of 7 tokens, an answer within a minute.</summary>
public sealed class AuditUseCasesTests : IAsyncLifetime
{
    static readonly TokenAmount Bond = TokenAmount.FromTokens(7);

    MarketFixture chain = null!;
    AgreementId agreement;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        agreement = await chain.RentAsync(await chain.ProvideAsync(), term: 6);
        await chain.GoToAsync((await chain.Market.Agreements.FindAsync(agreement))!.Start);
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task UnansweredAudit_IsConcludedAfterItsDeadline_AndItsSlashIsClaimed()
    {
        var cases = chain.CasesOf(chain.Consumer);
        var quote = Assert.IsType<AuditQuoting.Quoted>(await cases.Send(await AskAsync(leaf: 3))).Quote;
        // 10 GiB at a stake of 2 tokens each, of which 40.01 % are lost.
        Assert.Equal((3ul, Bond, new TokenAmount(TokenAmount.FromTokens(20).Value * 4_001 / 10_000)), (quote.Leaf, quote.Bond, quote.Penalty));
        Assert.Equal(TokenAmount.Zero, (await cases.Send(new ClaimCompensation(null))).Total);

        var demanded = Assert.IsType<AuditDemand.Demanded>(await cases.Send(new DemandAudit(quote))).Audit;

        Assert.Equal((AuditState.Demanded, quote.Penalty), (demanded.State, demanded.Penalty));
        Assert.Equal(demanded.Id, Assert.IsType<AuditQuoting.Open>(await cases.Send(await AskAsync(leaf: null))).Audit.Id);
        Assert.IsType<AuditConclusion.NotYet>(await cases.Send(new ConcludeAudit(demanded.Id)));
        await chain.GoToAsync(await chain.EpochAsync() + 2);
        var concluded = Assert.IsType<AuditConclusion.Failed>(await cases.Send(new ConcludeAudit(demanded.Id)));
        Assert.Equal((AuditState.Failed, TokenAmount.FromTokens(60)), (concluded.Audit.State, concluded.Refunded));
        Assert.IsType<AuditConclusion.Over>(await cases.Send(new ConcludeAudit(demanded.Id)));
        Assert.IsType<AuditConclusion.Unknown>(await cases.Send(new ConcludeAudit(new AuditId(99))));
        Assert.IsType<AuditQuoting.NotNow>(await cases.Send(await AskAsync(leaf: 3)));
        Assert.Equal(AuditState.Failed, Assert.Single((await cases.Send(new ListAudits(chain.Consumer.Address, null))).Audits).State);
        Assert.Empty((await cases.Send(new ListAudits(chain.Deployer.Address, null))).Audits);
        await ClaimAsync();
    }

    async Task ClaimAsync()
    {
        var (cases, market) = (chain.CasesOf(chain.Consumer), chain.Market);
        Assert.False((await cases.Send(new ClaimCompensation(new AgreementId(99)))).IsKnown);
        var owed = await market.Stakes.GetCompensationAsync(agreement);
        Assert.True(owed > TokenAmount.Zero);
        var before = await market.Token.GetBalanceAsync(chain.Consumer.Address);

        var claim = await cases.Send(new ClaimCompensation(agreement));

        Assert.True(claim.Total >= owed);
        Assert.Equal(before + claim.Total, await market.Token.GetBalanceAsync(chain.Consumer.Address));
        Assert.Empty((await cases.Send(new ClaimCompensation(null))).Paid);
    }

    [Fact]
    public async Task WhatCannotBeAudited_IsSaid_BeforeAnythingIsPaid()
    {
        var cases = chain.CasesOf(chain.Consumer);
        Assert.IsType<AuditQuoting.Unknown>(await cases.Send(await AskAsync(leaf: 0) with { Agreement = new AgreementId(99) }));
        Assert.IsType<AuditQuoting.NoSuchLeaf>(await cases.Send(await AskAsync(leaf: 4)));
        var drawn = Assert.IsType<AuditQuoting.Quoted>(await cases.Send(await AskAsync(leaf: null))).Quote;
        Assert.InRange(drawn.Leaf, 0ul, 3ul);
        Assert.IsType<AuditDemand.NotEnoughTokens>(await chain.CasesOf(chain.Operator).Send(new DemandAudit(drawn)));
    }

    async Task<QuoteAudit> AskAsync(ulong? leaf)
    {
        var revision = new RevisionInfo(1, Keccak256.Hash("contents"), 4);
        var digest = await chain.Market.Agreements.GetRevisionDigestAsync(agreement, revision.Number, revision.DataRoot, revision.Weight);
        return new QuoteAudit(
            chain.Consumer.Address, agreement, new HeldRevision(revision, await chain.Consumer.SignDigestAsync(digest), await chain.Operator.SignDigestAsync(digest)), leaf);
    }
}
