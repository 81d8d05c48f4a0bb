using Marketplace.Application.Objects;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Proofs;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Tests.Objects;

/// <summary>From which epoch on a proof is over what was stored, and what is said before.</summary>
public sealed class ProofCoverTests
{
    static readonly EpochClock Clock = new(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1));

    [Theory]
    [InlineData(7, 5, 9)]
    [InlineData(7, 9, 9)]
    [InlineData(7, 12, 12)]
    public void FirstProof_IsOfTheSecondEpochAfterStoring_AndOfOneThatIsPayable(ulong stored, ulong start, ulong first) =>
        Assert.Equal(new Epoch(first), new ProofCover(new Epoch(stored), new Epoch(start)).First);

    [Theory]
    [InlineData(-30, 0)]
    [InlineData(0, 0)]
    [InlineData(59, 0)]
    [InlineData(60, 1)]
    [InlineData(500, 4)]
    public void Storing_ByAClockThatIsWrong_IsNeitherBeforeTheMarketNorAfterNow(int minutes, ulong epoch) =>
        Assert.Equal(new Epoch(epoch), ProofCover.EpochOf(DateTimeOffset.UnixEpoch.AddMinutes(minutes), Clock, new Epoch(4)));

    [Theory]
    [InlineData(8, null, true, false)]
    [InlineData(9, null, true, false)]
    [InlineData(10, null, false, true)]
    [InlineData(9, 9, false, false)]
    [InlineData(10, 9, false, false)]
    [InlineData(11, 9, false, true)]
    [InlineData(11, 10, false, false)]
    public void Fragment_IsTooNew_ThenProvenOrTroubled(int now, int? proven, bool isTooNew, bool isTroubled)
    {
        var place = Place(isRunning: true, proven);
        Assert.Equal((isTooNew, isTroubled), (place.IsTooNew(new Epoch((ulong)now)), place.IsTroubled(new Epoch((ulong)now))));
    }

    [Fact]
    public void Fragment_WhoseAgreementIsOver_IsTroubled_HoweverNew() =>
        Assert.Equal((false, true), (Place(isRunning: false, null).IsTooNew(new Epoch(8)), Place(isRunning: false, null).IsTroubled(new Epoch(8))));

    static FragmentPlace Place(bool isRunning, int? proven) =>
        new(0, new AgreementId(1), Address.Zero, "DE", isRunning, new Epoch(9), proven is { } epoch ? new Epoch((ulong)epoch) : null);
}

/// <summary>The same on a real chain, of a provider that proves empty space.</summary>
public sealed class CoveringProofsTests : IAsyncLifetime
{
    static readonly CheckpointInfo Empty = new(Hash256.Zero, 0, 0);

    MarketFixture chain = null!;

    async Task IAsyncLifetime.InitializeAsync() => chain = await MarketFixture.StartAsync();

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Proof_CountsFromTheSecondEpochAfterStoringOn_AndOnlyAfterOneThatCommittedWhatWasStored()
    {
        await chain.ProvideAsync();
        await chain.SendAsync(chain.Operator, chain.Market.Proofs.Commit(chain.Owner.Address, Empty));
        var first = await chain.EpochAsync() + 1;
        await ProveAsync(first);
        Assert.Null(await FindAsync(stored: first));
        await ProveAsync(first + 1);
        Assert.Null(await FindAsync(stored: first));
        Assert.Equal(first + 1, await FindAsync(stored: new Epoch(first.Value - 1)));
        await ProveAsync(first + 2);
        Assert.Equal(first + 2, await FindAsync(stored: first));
        Assert.Null(await FindAsync(stored: first + 1));
        // Nothing is proven for ten epochs: what is proven then was committed before them.
        await ProveAsync(first + 13);
        Assert.Equal(first + 13, await FindAsync(stored: first));
        Assert.Null(await FindAsync(stored: first + 2));
        await ProveAsync(first + 14);
        Assert.Equal(first + 14, await FindAsync(stored: first + 2));
        await chain.GoToAsync(first + 300);
        Assert.Equal(first + 14, await FindAsync(stored: first));
        Assert.Empty(await new CoveringProofs(chain.Market).FindAsync([chain.Consumer.Address], first, await chain.EpochAsync(), default));
    }

    async Task<Epoch?> FindAsync(Epoch stored) =>
        (await new CoveringProofs(chain.Market).FindAsync([chain.Owner.Address], stored, await chain.EpochAsync(), default)).TryGetValue(chain.Owner.Address, out var epoch) ? epoch : null;

    async Task ProveAsync(Epoch epoch)
    {
        await chain.GoToAsync(epoch);
        await chain.SendAsync(chain.Deployer, chain.Market.Beacon.OpenEpoch());
        await chain.MineAsync(3);
        await chain.SendAsync(chain.Deployer, chain.Market.Beacon.SealEpoch());
        await chain.SendAsync(chain.Operator, chain.Market.Proofs.Advance(chain.Owner.Address, ReadOnlyMemory<byte>.Empty, Empty));
        Assert.True(await chain.Market.Registry.HasProvenAsync(chain.Owner.Address, epoch));
    }
}
