using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Chain.Tests;

/// <summary>The process ended here, as far as the code under test can tell.</summary>
sealed class InjectedCrashException : Exception;

/// <summary>A connection that ends the process before a call leaves, or after its effect but before its answer.</summary>
sealed class FaultyConnection(IRpcConnection inner) : IRpcConnection
{
    int remaining = int.MaxValue;

    /// <summary>Calls that came through here.</summary>
    public int Calls { get; private set; }

    /// <summary>Runs after each call that went through.</summary>
    public Func<RpcCall, Task>? AfterCall { get; set; }

    /// <summary>As an endpoint that passes over what a trial of a transaction should pretend.</summary>
    public bool CannotPretend { get; set; }

    public void CrashAt(int step) => remaining = step;

    /// <summary>An even step crashes before, an odd one after a call.</summary>
    public async Task<RpcReply> SendAsync(RpcCall call, CancellationToken cancellationToken = default)
    {
        Calls++;
        Step();
        var isCut = CannotPretend && call is { Method: "eth_estimateGas", Parameters.Count: 3 };
        var reply = await inner.SendAsync(isCut ? call with { Parameters = [.. call.Parameters.Take(2)] } : call, cancellationToken);
        if (AfterCall is { } action)
            await action(call);
        Step();
        return reply;
    }

    public Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default) =>
        inner.SendBatchAsync(calls, cancellationToken);

    void Step()
    {
        if (remaining-- == 0)
        {
            remaining = int.MaxValue;
            throw new InjectedCrashException();
        }
    }
}
