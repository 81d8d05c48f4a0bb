using Marketplace.Chain.Accounting;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Proofs;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Tests.Markets;

public sealed class MarketTests : IAsyncLifetime
{
    MarketFixture chain = null!;

    Market Market => chain.Market;

    public async Task InitializeAsync() => chain = await MarketFixture.StartAsync();

    public async Task DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Parameters_ReadBack_AreThoseOfThePlan() =>
        Assert.Equal(MarketFixture.Parameters, await Market.Parameters.GetAsync());

    [Fact]
    public async Task Deployment_ReadBack_FitsAndFindsWhatDoesNot()
    {
        await DeploymentVerifier.VerifyAsync(Market.Client, Market.Deployment);

        var swapped = Market.Deployment with { ListingBook = Market.Deployment.AgreementEscrow,
            AgreementEscrow = Market.Deployment.ListingBook };
        var mismatch = await Assert.ThrowsAsync<DeploymentMismatchException>(() => DeploymentVerifier.VerifyAsync(Market.Client, swapped));
        Assert.Contains(mismatch.Problems, problem => problem.StartsWith("StorageAgreements.escrow", StringComparison.Ordinal));

        var empty = Market.Deployment with { StorageToken = MarketFixture.Treasury };
        mismatch = await Assert.ThrowsAsync<DeploymentMismatchException>(() => DeploymentVerifier.VerifyAsync(Market.Client, empty));
        Assert.Contains("StorageToken", Assert.Single(mismatch.Problems), StringComparison.Ordinal);

        var early = Market.Deployment with { Genesis = Market.Deployment.Genesis.AddSeconds(-1) };
        await Assert.ThrowsAsync<DeploymentMismatchException>(() => DeploymentVerifier.VerifyAsync(Market.Client, early));
        await Assert.ThrowsAsync<WrongChainException>(() => DeploymentVerifier.VerifyAsync(Market.Client,
            Market.Deployment with { ChainId = 1 }));
    }

    [Fact]
    public async Task Deployment_WithAGovernor_BelongsToTheTimelock()
    {
        var governed = await chain.DeployGovernedAsync();

        Assert.Equal(governed.MarketplaceTimelock, (await new Market(chain.Connection, governed).Parameters.GetAsync()).Treasury);
        Assert.Equal(14, governed.Contracts.Count);
        foreach (var role in (Hash256[])[Hash256.Zero, Keccak256.Hash("PROPOSER_ROLE"), Keccak256.Hash("CANCELLER_ROLE")])
        {
            var asked = new MarketplaceTimelock.HasRoleCall(role, chain.Deployer.Address);
            Assert.False(await Market.Client.CallAsync(governed.MarketplaceTimelock!.Value, asked));
        }
        var seized = governed with { MarketplaceTimelock = governed.MarketplaceGovernor, MarketplaceGovernor = governed.MarketplaceTimelock };
        var mismatch = await Assert.ThrowsAsync<DeploymentMismatchException>(() => DeploymentVerifier.VerifyAsync(Market.Client, seized));
        Assert.Contains(mismatch.Problems, problem => problem.StartsWith("MarketplaceParameters.owner", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Provider_Registered_IsReadBackAsItSaid()
    {
        Assert.Null(await Market.Registry.FindAsync(chain.Owner.Address));
        var listing = await chain.ProvideAsync();

        var provider = await Market.Registry.FindAsync(chain.Owner.Address);
        var stake = await Market.Stakes.GetAsync(chain.Owner.Address);
        var offers = new List<Listings.ListingInfo>();
        await foreach (var offer in Market.Listings.ListAsync())
            offers.Add(offer);

        Assert.Equal(chain.Particulars, provider!.Particulars);
        Assert.True(await Market.Registry.BindsForAsync(chain.Owner.Address, chain.Operator.Address, new AgreementId(1)));
        Assert.False(await Market.Registry.BindsForAsync(chain.Owner.Address, chain.Owner.Address, new AgreementId(1)));
        Assert.Equal([chain.Owner.Address], await Market.Registry.ListOwnersAsync(await Market.Client.GetBlockNumberAsync()));
        Assert.Equal(TokenAmount.FromTokens(200), stake.Staked);
        Assert.Equal(new Listings.ListingInfo(listing, chain.Owner.Address, false, MarketFixture.Terms), Assert.Single(offers));
    }

    [Fact]
    public async Task Permit_DomainComputedHere_IsTheTokensOwn()
    {
        var terms = await Market.Token.PreparePermitAsync(chain.Consumer.Address, Market.Escrow.Address, TokenAmount.Zero,
            DateTimeOffset.UnixEpoch);

        Assert.Equal(await Market.Client.CallAsync(Market.Token.Address, new StorageToken.DomainSeparatorCall()), terms.DomainSeparator());
    }

    [Fact]
    public async Task Agreement_OpenedWithAPermit_IsActiveAndPaidFor()
    {
        var listing = await chain.ProvideAsync();
        var id = await chain.RentAsync(listing, 4);

        var agreement = await Market.Agreements.FindAsync(id);

        Assert.Equal(AgreementState.Active, agreement!.State);
        Assert.Equal(TokenAmount.FromTokens(40), agreement.Remaining);
        Assert.Equal(TokenAmount.FromTokens(40), await Market.Escrow.GetHeldAsync(id));
        Assert.Equal(2ul, await Market.Agreements.CountCyclesAsync(id));
        Assert.Equal(new GiB(40), (await Market.Listings.GetAsync(listing)).Terms.Available);
        Assert.Equal(new GiB(10), (await Market.Stakes.GetAsync(chain.Owner.Address)).Reserved);
        Assert.Null(await Market.Agreements.FindAsync(new AgreementId(99)));
        Assert.True((await new MarketAuditor(Market).ReadAsync()).IsBalanced);
    }

    [Fact]
    public async Task Refusal_OfAContract_ArrivesWithItsValues()
    {
        var listing = await chain.ProvideAsync();
        var request = new AgreementRequest(
            listing, new GiB(51), 4, chain.Consumer.Address, TokenAmount.FromTokens(1_000), MarketFixture.Terms.EgressPrice);

        var refusal = await Assert.ThrowsAsync<ContractErrorException>(() => chain.SendAsync(chain.Consumer,
            Market.Agreements.Open([request], null)));

        Assert.Equal(new SpaceNotAvailableError(listing, new GiB(51), new GiB(50)), refusal.Error);
        Assert.Contains("50 GiB left", MarketErrorMessages.Describe(refusal.Error), StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<ContractErrorException>(() => Market.Listings.GetAsync(new ListingId(7)));
        Assert.Equal(new UnknownListingError(new ListingId(7)), unknown.Error);
    }

    [Fact]
    public async Task Provider_ThatMisses_IsSlashedAndUnpaid_AndEveryTokenIsAccountedFor()
    {
        var id = await chain.RentAsync(await chain.ProvideAsync(), 2);
        await chain.SendAsync(chain.Operator, Market.Proofs.Commit(chain.Owner.Address, new CheckpointInfo(Hash256.Zero, 0, 0)));
        var agreement = await Market.Agreements.FindAsync(id);
        for (var epoch = agreement!.Start; epoch <= agreement.End; epoch += 1)
        {
            await chain.GoToAsync(epoch);
            await SealAsync(epoch);
        }
        var slashing = await new MarketAuditor(Market).ReadAsync();

        await chain.SendAsync(chain.Deployer, Market.Registry.SettleMisses(chain.Owner.Address));
        await chain.SendAsync(chain.Deployer, Market.Agreements.Settle(id, 0, new CheckpointInfo(Hash256.Zero, 0, 0), default));
        await chain.SendAsync(chain.Consumer, Market.Escrow.Withdraw(chain.Consumer.Address));

        var sheet = await new MarketAuditor(Market).ReadAsync();
        Assert.Empty(slashing.Discrepancies);
        Assert.Empty(sheet.Discrepancies);
        Assert.True(slashing.Vault.Uncounted > TokenAmount.Zero);
        Assert.Equal(TokenAmount.Zero, sheet.Vault.Uncounted);
        var slashed = Assert.Single(sheet.Stakes).Slashed;
        Assert.True(slashed > TokenAmount.Zero);
        Assert.Equal(new TokenAmount(slashed.Value * 4_000 / 10_000), sheet.Vault.Compensation);
        Assert.Equal(slashed, sheet.Vault.Compensation + sheet.Vault.TreasuryDue);
        Assert.Equal(TokenAmount.FromTokens(20), sheet.Space.Refunded);
        Assert.Equal(TokenAmount.Zero, sheet.Escrow.Withdrawable);
        Assert.Equal(TokenAmount.FromTokens(1_000), await Market.Token.GetBalanceAsync(chain.Consumer.Address));
        Assert.Equal(2ul, (await Market.Registry.GetTrackRecordAsync(chain.Owner.Address)).Missed);

        var claim = Market.Stakes.ReadCompensation(await chain.SendAsync(chain.Deployer, Market.Stakes.ClaimCompensation(id)));
        await chain.SendAsync(chain.Deployer, Market.Stakes.Sweep());

        Assert.Equal((id, sheet.Vault.Compensation), claim);
        Assert.Equal(TokenAmount.FromTokens(1_000) + claim!.Value.Amount, await Market.Token.GetBalanceAsync(chain.Consumer.Address));
        Assert.Equal(slashed - claim.Value.Amount, await Market.Token.GetBalanceAsync(MarketFixture.Treasury));
        Assert.Empty((await new MarketAuditor(Market).ReadAsync()).Discrepancies);
    }

    async Task SealAsync(Epoch epoch)
    {
        await chain.SendAsync(chain.Deployer, Market.Beacon.OpenEpoch());
        await chain.MineAsync(3);
        await chain.SendAsync(chain.Deployer, Market.Beacon.SealEpoch());
        var seed = await Market.Beacon.GetAsync(epoch);
        Assert.True(seed.IsSealed);
        Assert.Equal(epoch, Market.Clock.EpochAt(seed.SealedAt!.Value));
    }

    [Fact]
    public async Task Events_OfTheMarket_AreDecodedAndOthersAreNot()
    {
        var listing = await chain.ProvideAsync();
        var receipt = await chain.SendAsync(chain.Owner, Market.Listings.Withdraw(listing));

        var log = Assert.Single(receipt.Logs);
        Assert.Equal(new ListingBook.ListingWithdrawnEvent(listing), Market.Events.Decode(log));
        Assert.Null(Market.Events.Decode(log with { Address = MarketFixture.Treasury }));
        Assert.Null(Market.Events.Decode(log with { Topics = [] }));
        Assert.Null(Market.Events.Decode(log with { Data = new byte[5] }));
    }
}
