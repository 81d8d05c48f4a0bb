using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Web.Tests.Network;

/// <summary>A way to a chain that, for a while, answers nothing: what needs it waits.</summary>
sealed class HeldConnection(IRpcConnection inner) : IRpcConnection
{
    /// <summary>Questions wait for this.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    public async Task<RpcReply> SendAsync(RpcCall call, CancellationToken cancellationToken = default)
    {
        await Held.WaitAsync(cancellationToken);
        return await inner.SendAsync(call, cancellationToken);
    }

    public async Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default)
    {
        await Held.WaitAsync(cancellationToken);
        return await inner.SendBatchAsync(calls, cancellationToken);
    }
}
