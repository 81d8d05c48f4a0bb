using Marketplace.Application.Objects;
using Marketplace.Chain.Losses;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Tests.Objects;

/// <summary>Which declared losses are not made good, on a real chain, and what they mean for a fragment.</summary>
public sealed class OpenLossesTests : IAsyncLifetime
{
    static readonly Hash256 Ours = Keccak256.Hash("ours"), Other = Keccak256.Hash("other's"), Above = Keccak256.Hash("above several");

    static readonly VersionId Version = new(1), OtherVersion = new(2);

    MarketFixture chain = null!;

    async Task IAsyncLifetime.InitializeAsync() => chain = await MarketFixture.StartAsync();

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Loss_IsOpenFromItsDeclarationOn_UntilAllIsThereAgain()
    {
        var listing = await chain.ProvideAsync();
        var agreement = await chain.RentAsync(listing, term: 9);
        var healthy = await chain.RentAsync(listing, term: 9);
        Assert.Empty(await FindAsync());
        var declared = await chain.EpochAsync() + 1;
        await chain.GoToAsync(declared);
        await DeclareAsync(Ours);
        await chain.GoToAsync(declared + 1);
        await DeclareAsync(Other);

        var (lossy, loss) = Assert.Single(await FindAsync());
        Assert.Equal((agreement, declared), (lossy, loss.Declared));
        Assert.True(loss.Nodes.SetEquals([Ours, Other]));
        await chain.SendAsync(chain.Operator, chain.Market.Losses.Restore(agreement));
        Assert.Empty(await FindAsync());
        await DeclareAsync(Above);
        Assert.Equal([Above], Assert.Single(await FindAsync()).Value.Nodes);

        Task DeclareAsync(Hash256 node) => chain.SendAsync(chain.Operator, chain.Market.Losses.Declare(new LostNode(agreement, 1, node, 3)));

        Task<IReadOnlyDictionary<AgreementId, OpenLoss>> FindAsync() => new OpenLosses(chain.Market).FindAsync([healthy, agreement], default);
    }

    [Fact]
    public void Fragment_IsLostWhereItWasNamed_MayBeWhereNobodyKnowsWhatWas_AndIsNotWhereOnlyOthersWere()
    {
        Assert.Equal(new FragmentLoss(new Epoch(7), IsCertain: true), Of(Ours));
        Assert.Equal(new FragmentLoss(new Epoch(7), IsCertain: true), Of(Above, Ours));
        Assert.Equal(new FragmentLoss(new Epoch(7), IsCertain: false), Of(Above, Other));
        Assert.Null(Of(Other));
    }

    static FragmentLoss? Of(params Hash256[] nodes) =>
        new OpenLoss(new Epoch(7), nodes.ToHashSet()).Of(Version, node => node == Ours ? [Version] : node == Other ? [OtherVersion] : []);
}
