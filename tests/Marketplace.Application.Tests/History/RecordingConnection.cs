using System.Collections.Concurrent;
using System.Globalization;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Tests.History;

/// <summary>Keeps what goes to an endpoint.</summary>
sealed class RecordingConnection(IRpcConnection inner) : IRpcConnection
{
    readonly ConcurrentQueue<RpcCall> calls = [];
    int requests;

    /// <summary>Single calls and batches, since the last <see cref="Forget"/>.</summary>
    public int Requests => requests;

    /// <summary>The first and last block of each question for logs.</summary>
    public IReadOnlyList<(ulong First, ulong Last)> LogRanges => [.. calls.Where(call => call.Method == "eth_getLogs")
        .Select(call => (BlockOf(call, "fromBlock"), BlockOf(call, "toBlock")))];

    /// <summary>Calls of a method, alone or in batches.</summary>
    public int CallsOf(string method) => calls.Count(call => call.Method == method);

    public void Forget()
    {
        calls.Clear();
        requests = 0;
    }

    public Task<RpcReply> SendAsync(RpcCall call, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref requests);
        calls.Enqueue(call);
        return inner.SendAsync(call, cancellationToken);
    }

    public Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> batch, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref requests);
        foreach (var call in batch)
            calls.Enqueue(call);
        return inner.SendBatchAsync(batch, cancellationToken);
    }

    static ulong BlockOf(RpcCall call, string name) => ulong.Parse(call.Parameters[0]![name]!.GetValue<string>().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
