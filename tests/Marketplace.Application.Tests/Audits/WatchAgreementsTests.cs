using Marketplace.Application.Audits;
using Marketplace.Application.Pipeline;
using Marketplace.Application.Agreements;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;

namespace Marketplace.Application.Tests.Audits;

/// <summary>
/// On a real market: 10 GiB at a token for a GiB and an epoch, over 12 epochs; a bond of 7 tokens. Both sides have signed revision 1 before the
/// provider commits anything.
/// </summary>
public sealed class WatchAgreementsTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("marketplace-watch-").FullName;
    MarketFixture chain = null!;
    AgreementInfo agreement = null!;
    WatchedProvider provider = null!;
    CatalogDatabase catalog = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        var listing = await chain.ProvideAsync();
        // From an epoch's first second on, so that it does not end between two steps.
        await chain.GoToAsync(await chain.EpochAsync() + 1);
        var id = await chain.RentAsync(listing, term: 12);
        agreement = (await chain.Market.Agreements.FindAsync(id))!;
        provider = new WatchedProvider(chain, id);
        catalog = CatalogDatabase.Open(Path.Combine(folder, "catalog.db"));
        await SignAsync(chain.Operator);
        await chain.GoToAsync(await chain.EpochAsync() + 1);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        catalog.Dispose();
        await chain.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task ProviderThatShowsRevision0_IsFound_Audited_Slashed_AndTheConsumerRefunded()
    {
        await provider.CommitAsync(provider.Dropped);
        // It passes every proof, and its track record is faultless.
        await provider.ProveAsync(agreement.Start, provider.Dropped);
        var found = Assert.Single((await WatchAsync()).Agreements);
        Assert.Equal((ProofStanding.Older, 0ul, ShownBy.Node), (found.Health.Standing, found.Health.Node!.Contents.Revision, found.Health.Shown!.By));
        Assert.Equal(TokenAmount.FromTokens(7), found.Remedy!.Bond);

        var cases = chain.CasesOf(chain.Consumer);
        var (wallet, stake) = (await TokensAsync(), await StakeAsync());
        var demanded = await cases.Send(new PursueAudits([], [found.Remedy]));
        Assert.Equal((agreement.Id, AuditState.Demanded), (Assert.Single(demanded.Demanded).Agreement, demanded.Demanded[0].State));
        Assert.Empty(demanded.Refusals);
        var waiting = await WatchAsync();
        Assert.False(waiting.IsFine);
        Assert.Equal((demanded.Demanded[0].Id, null), (waiting.Agreements[0].Open!.Id, waiting.Agreements[0].Remedy));

        await provider.ProveAsync(agreement.Start + 1, provider.Dropped);
        await chain.GoToAsync(agreement.Start + 2);
        var unanswered = await WatchAsync();
        Assert.Equal(demanded.Demanded[0].Id, Assert.Single(unanswered.Unanswered).Id);
        Assert.Empty(unanswered.Remedies);
        var done = await cases.Send(new PursueAudits([.. unanswered.Unanswered.Select(audit => audit.Id)], unanswered.Remedies));

        var penalty = found.Remedy.Penalty;
        Assert.Equal((AuditState.Failed, penalty), (Assert.Single(done.Failed).State, done.Failed[0].Penalty));
        Assert.Equal(penalty, stake - await StakeAsync());
        // Nothing was settled yet: all of the deposit comes back, and two fifths of the slash are this consumer's alone.
        Assert.Equal((TokenAmount.FromTokens(120), TokenAmount.FromTokens(7)), (done.Refunded, done.BondsReturned));
        Assert.Equal(new TokenAmount(penalty.Value * 4_000 / 10_000), done.Compensated);
        Assert.Equal(TokenAmount.FromTokens(127), await chain.Market.Escrow.GetWithdrawableAsync(chain.Consumer.Address));
        Assert.Equal(wallet - TokenAmount.FromTokens(7) + done.Compensated, await TokensAsync());
        var after = await WatchAsync();
        Assert.True(after.IsFine);
        Assert.Empty(after.Agreements);
        Assert.Equal(AgreementState.Voided, (await chain.Market.Agreements.FindAsync(agreement.Id))!.State);
    }

    [Fact]
    public async Task ProviderThatShowsRevision0_OnChainAlone_IsFound_ByItsProofs()
    {
        provider.IsSilent = true;
        await provider.CommitAsync(provider.Dropped);
        await provider.ProveAsync(agreement.Start, provider.Dropped);

        var health = Assert.Single((await WatchAsync()).Agreements).Health;

        Assert.Equal((ProofStanding.Older, ShownBy.Proof, agreement.Start), (health.Standing, health.Chain!.By, health.Chain.CommittedIn));
        Assert.Equal("connection refused", health.NodeProblem);
    }

    /// <summary>It is paid for revision 0, and then hides in an empty checkpoint.</summary>
    [Fact]
    public async Task ProviderThatWasPaidForRevision0_IsFound_ByItsSettlement()
    {
        await provider.CommitAsync(provider.Dropped);
        await provider.ProveAsync(agreement.Start, provider.Dropped);
        await provider.ProveAsync(agreement.Start + 1, null);
        for (ulong later = 2; later < 6; later++)
            await provider.ProveAsync(agreement.Start + later, null);
        await provider.SettleAsync(0, provider.Dropped);

        var health = Assert.Single((await WatchAsync()).Agreements).Health;

        Assert.Equal((ProofStanding.Older, ShownBy.Settlement), (health.Standing, health.Shown!.By));
    }

    [Fact]
    public async Task ProviderWithAnEmptyCheckpoint_ShowsNothing_AndIsAudited()
    {
        await provider.CommitAsync(null);
        await provider.ProveAsync(agreement.Start, null);
        await provider.ProveAsync(agreement.Start + 1, null);

        var found = Assert.Single((await WatchAsync()).Agreements);

        Assert.Equal((ProofStanding.NotShown, agreement.Start), (found.Health.Standing, found.Health.LastProven));
        Assert.NotNull(found.Remedy);
    }

    /// <summary>All epoch its node shows a checkpoint that holds everything; at the end another takes its place, and is proven.</summary>
    [Fact]
    public async Task ProviderWhoseProvenCheckpointIsAnother_IsFound_ByItsProofs()
    {
        await provider.CommitAsync(provider.Dropped);
        await provider.ProveAsync(agreement.Start, await provider.KeptAsync());
        await provider.CommitAsync(provider.Dropped);
        await provider.ProveAsync(agreement.Start + 1, await provider.KeptAsync());

        var health = Assert.Single((await WatchAsync()).Agreements).Health;

        Assert.Equal((ProofStanding.Older, ShownBy.Proof, agreement.Start), (health.Standing, health.Shown!.By, health.Shown.CommittedIn));
        Assert.Equal((1ul, agreement.Start + 1), (health.Node!.Contents.Revision, health.Node.CommittedIn));
    }

    /// <summary>What it proves is empty, so that no transaction shows anything of the agreement.</summary>
    [Fact]
    public async Task ProviderWhoseProvenCheckpointIsEmpty_IsFound_AsItsNodeHasToShowThatToo()
    {
        await provider.CommitAsync(null);
        await provider.ProveAsync(agreement.Start, await provider.KeptAsync());
        await provider.CommitAsync(null);
        await provider.ProveAsync(agreement.Start + 1, await provider.KeptAsync());

        var found = Assert.Single((await WatchAsync()).Agreements);

        Assert.Equal((ProofStanding.NotShown, 1ul), (found.Health.Standing, found.Health.Node!.Contents.Revision));
        Assert.NotNull(found.Remedy);
    }

    /// <summary>Nodes look at the chain from time to time.</summary>
    [Fact]
    public async Task NodeThatDoesNotKnowYetWhatItCommitted_IsAskedAgain()
    {
        var asked = 0;
        await provider.CommitAsync(await provider.KeptAsync());
        provider.Shows = provider.Dropped;
        provider.Asked = () =>
        {
            if (++asked == 2)
                provider.Shows = null;
        };

        var health = Assert.Single((await WatchAsync()).Agreements).Health;

        Assert.Equal((ProofStanding.Newest, 2), (health.Standing, asked));
    }

    [Fact]
    public async Task SilentNode_OfAProviderThatProves_IsAuditedInALaterEpochAlone()
    {
        await provider.CommitAsync(null);
        await provider.ProveAsync(agreement.Start, null);
        await provider.ProveAsync(agreement.Start + 1, null);
        provider.IsSilent = true;
        var first = Assert.Single((await WatchAsync()).Agreements);
        Assert.Equal((ProofStanding.Silent, (AuditQuote?)null), (first.Health.Standing, first.Remedy));
        Assert.Equal(ProofStanding.Silent, Assert.Single((await WatchAsync()).Agreements).Health.Standing);

        await provider.ProveAsync(agreement.Start + 2, null);
        var second = Assert.Single((await WatchAsync()).Agreements);
        Assert.Equal(ProofStanding.NotShown, second.Health.Standing);
        Assert.NotNull(second.Remedy);
    }

    /// <summary>It has everything, and lives on the bonds of audits.</summary>
    [Fact]
    public async Task ProviderThatAnswersAudits_AndShowsNothing_IsAuditedMoreAndMoreSeldom()
    {
        var cases = chain.CasesOf(chain.Consumer);
        await provider.CommitAsync(null);
        await provider.ProveAsync(agreement.Start, null);
        for (var (epoch, lost) = (agreement.Start + 1, 0); lost < 2; lost++)
        {
            await provider.ProveAsync(epoch, null);
            var quote = Assert.Single((await WatchAsync()).Remedies);
            await provider.AnswerAsync(Assert.Single((await cases.Send(new PursueAudits([], [quote]))).Demanded));
            for (var wait = 1UL; wait < 2UL << lost; wait++)
            {
                await provider.ProveAsync(epoch + wait, null);
                var waiting = Assert.Single((await WatchAsync()).Agreements);
                Assert.Equal((ProofStanding.NotShown, (AuditQuote?)null), (waiting.Health.Standing, waiting.Remedy));
                Assert.Contains($"answered {lost + 1} audits", waiting.Hindrance);
            }
            epoch += 2UL << lost;
        }
    }

    [Fact]
    public async Task AgreementThatTheCatalogDoesNotKnow_IsTold()
    {
        await provider.CommitAsync(await provider.KeptAsync());
        Assert.True((await WatchAsync()).IsFine);
        catalog.Write(change => change.RemoveAgreement(agreement.Id));

        var watch = await WatchAsync();

        Assert.Equal(agreement.Id, Assert.Single(watch.Unlisted));
        Assert.False(watch.IsFine);
    }

    [Fact]
    public async Task ProviderThatMissesTwoEpochs_IsFound_WhateverItsNodeShows()
    {
        await provider.CommitAsync(await provider.KeptAsync());
        Assert.Equal(ProofStanding.Newest, Assert.Single((await WatchAsync()).Agreements).Health.Standing);
        for (ulong epoch = 0; epoch < 2; epoch++)
        {
            await chain.GoToAsync(agreement.Start + epoch);
            await provider.SealAsync();
        }
        Assert.Equal(ProofStanding.Newest, Assert.Single((await WatchAsync()).Agreements).Health.Standing);
        await chain.GoToAsync(agreement.Start + 2);

        Assert.Equal(ProofStanding.NotProven, Assert.Single((await WatchAsync()).Agreements).Health.Standing);
    }

    [Theory]
    [InlineData(false, ShownBy.Node)]
    [InlineData(true, ShownBy.Proof)]
    public async Task ProviderThatKeepsEverything_IsFine_AskedOrNot(bool isSilent, ShownBy by)
    {
        provider.IsSilent = isSilent;
        var kept = await provider.KeptAsync();
        await provider.CommitAsync(kept);
        await provider.ProveAsync(agreement.Start, kept);
        await provider.ProveAsync(agreement.Start + 1, kept);

        var watch = await WatchAsync();

        Assert.True(watch.IsFine);
        Assert.Empty(watch.Remedies);
        var health = watch.Agreements[0].Health;
        // Of the epochs that are over.
        Assert.Equal((ProofStanding.Newest, by, agreement.Start), (health.Standing, health.Shown!.By, health.LastProven));
    }

    /// <summary>The registry ends a replaced key's word where space is given later: nobody could be audited on what it signed.</summary>
    [Fact]
    public async Task ReplacedKey_BindsUntilSpaceIsAdded_AndThenThePresentOneHasToSign()
    {
        await provider.CommitAsync(await provider.KeptAsync());
        await chain.SendAsync(chain.Owner, chain.Market.Registry.Update(chain.Particulars with { Operator = chain.Deployer.Address }));
        Assert.Equal(ProofStanding.Newest, Assert.Single((await WatchAsync()).Agreements).Health.Standing);

        await AddSpaceAsync();
        var found = Assert.Single((await WatchAsync()).Agreements);
        Assert.Equal((ProofStanding.NotBinding, (AuditQuote?)null), (found.Health.Standing, found.Remedy));
        Assert.False(found.Health.IsFine);

        // What it is blamed for is told all the same.
        await provider.CommitAsync(provider.Dropped, chain.Deployer);
        var blamed = Assert.Single((await WatchAsync()).Agreements);
        Assert.Equal((ProofStanding.Older, (AuditQuote?)null), (blamed.Health.Standing, blamed.Remedy));
        Assert.Contains("does not bind", blamed.Hindrance);
        await provider.CommitAsync(await provider.KeptAsync(), chain.Deployer);

        await SignAsync(chain.Deployer);
        Assert.Equal(ProofStanding.Newest, Assert.Single((await WatchAsync()).Agreements).Health.Standing);
    }

    [Fact]
    public async Task WhatTheContractsRefuse_HoldsUpNothingElse()
    {
        await provider.CommitAsync(provider.Dropped);
        var found = Assert.Single((await WatchAsync()).Agreements);
        var late = found.Remedy! with { Held = found.Remedy.Held with { ProviderSignature = found.Remedy.Held.ConsumerSignature } };

        var done = await chain.CasesOf(chain.Consumer).Send(new PursueAudits([new AuditId(99)], [late, found.Remedy]));

        Assert.Equal(agreement.Id, Assert.Single(done.Demanded).Agreement);
        Assert.Contains($"Agreement {agreement.Id} could not be audited", Assert.Single(done.Refusals));
    }

    [Fact]
    public async Task EndpointThatGoesAway_EndsItThere_AndWhatWasDoneIsTold()
    {
        await provider.CommitAsync(provider.Dropped);
        var quote = Assert.Single((await WatchAsync()).Remedies);
        var isSent = false;
        chain.Connection.AfterCall = async call =>
        {
            isSent |= call.Method == "eth_sendRawTransaction";
            // The first question after the transaction is what became of the audit.
            if (isSent && call.Method == "eth_call")
                await chain.Endpoint.StopAsync();
        };

        var done = await chain.CasesOf(chain.Consumer).Send(new PursueAudits([], [quote, quote]));

        Assert.Equal(agreement.Id, Assert.Single(done.Demanded).Agreement);
        Assert.Contains("nothing more was tried", done.Refusals[^1]);
    }

    Task<AgreementWatch> WatchAsync()
    {
        var (market, view, key) = (chain.Market, new ChainMarketView(chain.Market), chain.Consumer.Address);
        var nodes = new NodeWatch(new InclusionWatch(view, provider, provider.Domain, key), market.Clock, new NoWaiting());
        var proofs = new ProofWatch(market, view, nodes, new PublicProofs(market, provider.Domain, key), catalog, provider.Domain, key);
        return UseCases.Over(market, proofs, new ConsumerAgreements(market)).Send(new WatchAgreements(chain.Consumer.Address));
    }

    async Task AddSpaceAsync()
    {
        var cases = chain.CasesOf(chain.Consumer);
        var quoting = await cases.Send(new QuoteExtensions(chain.Consumer.Address, [agreement.Id], new GiB(1), 0, null));
        Assert.IsType<ExtensionResult.Extended>(await cases.Send(new ExtendAgreements([Assert.IsType<ExtensionQuoting.Quoted>(Assert.Single(quoting)).Quote])));
    }

    async Task SignAsync(LocalSigner providerKey)
    {
        var digest = provider.Revision.Digest(provider.Domain);
        var (consumer, countersigner) = (await chain.Consumer.SignDigestAsync(digest), await providerKey.SignDigestAsync(digest));
        var now = chain.Market.Clock.StartOf(await chain.EpochAsync());
        catalog.Write(change =>
        {
            change.SaveTerms(agreement.Id, agreement.Provider, agreement.Space, agreement.End);
            change.AddPending(new PendingRevision(provider.Revision, consumer, []));
            change.Settle(agreement.Id, countersigner, now);
        });
    }

    /// <summary>Waits for nothing.</summary>
    sealed class NoWaiting : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    Task<TokenAmount> TokensAsync() => chain.Market.Token.GetBalanceAsync(chain.Consumer.Address);

    async Task<TokenAmount> StakeAsync() => (await chain.Market.Stakes.GetAsync(chain.Owner.Address)).Staked;
}
