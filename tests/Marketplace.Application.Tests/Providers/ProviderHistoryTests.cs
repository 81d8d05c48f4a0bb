using Marketplace.Application.Agreements;
using Marketplace.Application.Audits;
using Marketplace.Application.Live;
using Marketplace.Application.Pipeline;
using Marketplace.Application.Providers;
using Marketplace.Application.Stakes;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client.Renting;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using MediatR;

namespace Marketplace.Application.Tests.Providers;

/// <summary>On a real market: 10 GiB at 2 tokens of stake each; a missed epoch costs 5 %, a failed audit 40.01 %, shared by 200 own tokens and 100 of a delegator.</summary>
public sealed class ProviderHistoryTests : IAsyncLifetime
{
    MarketFixture chain = null!;
    AgreementId agreement;
    Epoch start;

    IMediator Cases => UseCases.Over(chain.Market, new BlockTimes(chain.Market.Client), new ProviderAgreements(chain.Market), TimeProvider.System);

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        var listing = await chain.ProvideAsync();
        await chain.SendAsync(chain.Owner, chain.Market.Stakes.SetCommission(1_000));
        await chain.CasesOf(chain.Deployer).Send(new DelegateStake(chain.Owner.Address, TokenAmount.FromTokens(100), 1_000));
        agreement = await chain.RentAsync(listing, term: 8);
        start = (await chain.Market.Agreements.FindAsync(agreement))!.Start;
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Incidents_TellWhatEachSlashWasFor_AlsoOfTwoInOneTransaction()
    {
        Assert.Empty(await Cases.Send(new ListIncidents(chain.Owner.Address)));
        await MissAsync(start);
        await MissAsync(start + 1);
        await chain.GoToAsync(start + 2);
        await chain.SendAsync(chain.Consumer, chain.Market.Registry.SettleMisses(chain.Owner.Address));
        await FailAnAuditAsync();

        var incidents = await Cases.Send(new ListIncidents(chain.Owner.Address));

        Assert.Equal(3, incidents.Count);
        var failed = Assert.IsType<IncidentCause.FailedAudit>(incidents[0].Cause);
        Assert.Equal(agreement, failed.Agreement);
        AssertNear(8.002m, incidents[0].Slash!.Total);
        Assert.Equal(new IncidentCause.Missed(start + 3, 1, 0), incidents[1].Cause);
        AssertNear(1m, incidents[1].Slash!.Total);
        Assert.Equal(new IncidentCause.Missed(start + 1, 2, 0), incidents[2].Cause);
        var two = incidents[2].Slash!;
        AssertNear(2m * 200 / 300, two.Own);
        AssertNear(2m * 100 / 300, two.Delegated);
        AssertNear(2m * 200 / 300 * 0.4m, two.Compensation);
        Assert.Equal(incidents[0].Time, incidents[1].Time);
        Assert.True(incidents[1].Time > incidents[2].Time);
    }

    [Fact]
    public async Task MissesThatNobodyAccountedFor_AreToldAsThat_AndCoverNothing()
    {
        await MissAsync(start);
        await MissAsync(start + 1);
        await chain.GoToAsync(start + 2);

        var pending = Assert.Single(await Cases.Send(new ListIncidents(chain.Owner.Address)));

        Assert.Null(pending.Time);
        Assert.Equal(new IncidentCause.Pending(2, 0), pending.Cause);
        AssertNear(2m * 200 / 300, pending.Slash!.Own);
        AssertNear(2m * 100 / 300, pending.Slash.Delegated);
        AssertNear(2m * 200 / 300 * 0.4m, pending.Slash.Compensation);
        AssertNear(298m, (await Cases.Send(new DescribeDuties(chain.Owner.Address, chain.Operator.Address))).Cover);
        AssertNear(298m, Assert.Single(await new ChainMarketView(chain.Market).GetOffersAsync(consumer: null, default)).Stake);

        await chain.SendAsync(chain.Consumer, chain.Market.Registry.SettleMisses(chain.Owner.Address));

        var counted = Assert.Single(await Cases.Send(new ListIncidents(chain.Owner.Address)));
        Assert.Equal(new IncidentCause.Missed(start + 1, 2, 0), counted.Cause);
        AssertNear((decimal)pending.Slash.Own.Value / 1e18m, counted.Slash!.Own);
        AssertNear((decimal)pending.Slash.Compensation.Value / 1e18m, counted.Slash.Compensation);
        AssertNear(298m, (await Cases.Send(new DescribeDuties(chain.Owner.Address, chain.Operator.Address))).Cover);
    }

    [Fact]
    public async Task Epochs_ThatWereMissed_AreToldFromThoseWithNothingToProve()
    {
        await MissAsync(new Epoch(start.Value - 1));
        await MissAsync(start);
        await MissAsync(start + 1);
        await chain.GoToAsync(start + 3);
        EpochOutcome[] first = [EpochOutcome.Idle, EpochOutcome.Missed, EpochOutcome.Missed, EpochOutcome.Idle, EpochOutcome.Open];
        Assert.Equal(first, await OutcomesAsync(5));

        await chain.SendAsync(chain.Consumer, chain.Market.Registry.SettleMisses(chain.Owner.Address));
        Assert.Equal(first, await OutcomesAsync(5));

        // The last epoch that was rented, and one after it: the next count tells of both that one was missed.
        await MissAsync(start + 7);
        await MissAsync(start + 8);
        await chain.GoToAsync(start + 9);
        EpochOutcome[] later = [EpochOutcome.Missed, EpochOutcome.Idle, EpochOutcome.Open];
        Assert.Equal(later, await OutcomesAsync(3));
        await chain.SendAsync(chain.Consumer, chain.Market.Registry.SettleMisses(chain.Owner.Address));
        Assert.Equal(later, await OutcomesAsync(3));
    }

    async Task<IEnumerable<EpochOutcome>> OutcomesAsync(int epochs) =>
        (await Cases.Send(new DescribeProvider(chain.Owner.Address, epochs)))!.Proofs.Select(proof => proof.Outcome);

    [Fact]
    public async Task Delegators_AreListedWithWhatTheyPutIn_AndWhatSlashesTook()
    {
        var before = Assert.Single(await Cases.Send(new ListDelegators(chain.Owner.Address)));
        Assert.Equal((chain.Deployer.Address, TokenAmount.FromTokens(100)), (before.Delegator, before.PutIn));
        Assert.Equal((TokenAmount.Zero, TokenAmount.Zero), (before.Gained, before.AskedBack));
        await MissAsync(start);
        await chain.GoToAsync(start + 2);
        await chain.SendAsync(chain.Consumer, chain.Market.Registry.SettleMisses(chain.Owner.Address));
        await chain.CasesOf(chain.Deployer).Send(new Undelegate(chain.Owner.Address, TokenAmount.FromTokens(40)));

        var after = Assert.Single(await Cases.Send(new ListDelegators(chain.Owner.Address)));

        AssertNear(1m * 100 / 300, after.Lost);
        AssertNear(40m, after.AskedBack);
        Assert.Equal(TokenAmount.Zero, after.Gained);
        Assert.Equal(before.Since, after.Since);
        Assert.Empty(await Cases.Send(new ListDelegators(chain.Consumer.Address)));
    }

    /// <summary>Sealed, and not proven.</summary>
    async Task MissAsync(Epoch epoch)
    {
        await chain.GoToAsync(epoch);
        await chain.SendAsync(chain.Deployer, chain.Market.Beacon.OpenEpoch());
        await chain.MineAsync(3);
        await chain.SendAsync(chain.Deployer, chain.Market.Beacon.SealEpoch());
    }

    /// <summary>Concluding counts the miss of the epoch in which it was demanded first, and slashes for both.</summary>
    async Task FailAnAuditAsync()
    {
        var revision = new RevisionInfo(1, Keccak256.Hash("contents"), 4);
        var digest = await chain.Market.Agreements.GetRevisionDigestAsync(agreement, revision.Number, revision.DataRoot, revision.Weight);
        var cases = chain.CasesOf(chain.Consumer);
        var quoting = await cases.Send(new QuoteAudit(
            chain.Consumer.Address, agreement, new HeldRevision(revision, await chain.Consumer.SignDigestAsync(digest), await chain.Operator.SignDigestAsync(digest)), 3));
        var demanded = Assert.IsType<AuditDemand.Demanded>(await cases.Send(new DemandAudit(Assert.IsType<AuditQuoting.Quoted>(quoting).Quote))).Audit;
        await MissAsync(start + 3);
        await chain.GoToAsync(start + 4);
        Assert.IsType<AuditConclusion.Failed>(await cases.Send(new ConcludeAudit(demanded.Id)));
    }

    /// <summary>Slashes round up to a base unit for each part.</summary>
    static void AssertNear(decimal tokens, TokenAmount amount) => Assert.InRange((decimal)amount.Value / 1e18m, tokens - 0.000_001m, tokens + 0.000_001m);
}
