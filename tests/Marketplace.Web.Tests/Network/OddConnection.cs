using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Web.Tests.Network;

/// <summary>A way to a chain whose contracts answer, for a while, what nobody can read.</summary>
sealed class OddConnection(IRpcConnection inner) : IRpcConnection
{
    public const string Words = "The answer is none.";

    public bool IsOdd { get; set; }

    public Task<RpcReply> SendAsync(RpcCall call, CancellationToken cancellationToken = default) =>
        IsOdd && call.Method == "eth_call" ? throw new InvalidDataException(Words) : inner.SendAsync(call, cancellationToken);

    public Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default) =>
        IsOdd ? throw new InvalidDataException(Words) : inner.SendBatchAsync(calls, cancellationToken);
}
