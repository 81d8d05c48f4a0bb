using Marketplace.Application.Objects;
using Marketplace.Chain.Proofs;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Tests.Objects;

/// <summary>Which proofs are over what was stored, on a real chain, of a provider that proves empty space.</summary>
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
        var others = await CoveringProofs.ReadAsync(chain.Market, [chain.Consumer.Address], new Epoch(0), await chain.EpochAsync(), default);
        Assert.Null(others.Over(chain.Consumer.Address, new ProofCover(first, default)));
    }

    async Task<Epoch?> FindAsync(Epoch stored) =>
        (await CoveringProofs.ReadAsync(chain.Market, [chain.Owner.Address], new Epoch(0), await chain.EpochAsync(), default)).Over(chain.Owner.Address, new ProofCover(stored, default));

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
