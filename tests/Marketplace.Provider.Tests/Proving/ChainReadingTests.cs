using Marketplace.Chain;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Provider.Proving;
using Marketplace.Provider.Tests.Node;
using Marketplace.Provider.Transfer;

namespace Marketplace.Provider.Tests.Proving;

/// <summary>What looking at the chain costs: endpoints count requests.</summary>
public sealed class ChainReadingTests
{
    [Fact]
    public async Task Epoch_OfTheSameBlock_IsReadOnce()
    {
        await using var node = await NodeFixture.StartAsync();
        await node.StopAsync();
        await node.MineAsync();
        using var http = new RpcHttpConnection(RpcEndpoint.Parse(node.Home.LoadSettings().Chain.ToString()), new RpcConnectionOptions(), TimeProvider.System);
        var connection = new CountingConnection(http);
        var market = new Market(connection, node.Market.Deployment);
        var chain = new OutboxProvingChain(market, new NodeIdentity(node.Domain, node.Owner.Address, node.Owner.Address), null!, null!);

        var first = await chain.ReadAsync(CancellationToken.None);
        var requestsForTheFirst = connection.Requests;
        Assert.Same(first, await chain.ReadAsync(CancellationToken.None));
        Assert.Equal(requestsForTheFirst + 1, connection.Requests);

        await node.MineAsync();
        var next = await chain.ReadAsync(CancellationToken.None);
        Assert.Equal(first.HeadNumber + 1, next.HeadNumber);
        Assert.Equal(requestsForTheFirst + 3, connection.Requests);
        Assert.NotNull(next.Committed);
        Assert.Equal(first.Committed, next.Committed);
    }

    sealed class CountingConnection(IRpcConnection inner) : IRpcConnection
    {
        public int Requests { get; private set; }

        public Task<RpcReply> SendAsync(RpcCall call, CancellationToken cancellationToken = default)
        {
            Requests++;
            return inner.SendAsync(call, cancellationToken);
        }

        public Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default)
        {
            Requests++;
            return inner.SendBatchAsync(calls, cancellationToken);
        }
    }
}
