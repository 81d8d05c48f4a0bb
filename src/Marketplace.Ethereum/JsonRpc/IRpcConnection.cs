using System.Text.Json;
using System.Text.Json.Nodes;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>Carries calls to a node and brings back its answers, unread.</summary>
public interface IRpcConnection
{
    /// <summary>Sends one call, repeating it after transient faults only if it <see cref="RpcCall.IsRepeatable"/>.</summary>
    /// <exception cref="RpcTransportException">The endpoint was not reached or broke off.</exception>
    /// <exception cref="RpcProtocolException">The answer is not JSON-RPC, or answers something else.</exception>
    Task<RpcReply> SendAsync(RpcCall call, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends several calls in as few requests as allowed. Replies come in the order of the calls; an error in one leaves the others as they
    /// are.
    /// </summary>
    /// <inheritdoc cref="SendAsync" path="/exception"/>
    Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default);
}

/// <param name="Method">The JSON-RPC method, for instance <c>eth_call</c>.</param>
/// <param name="Parameters">Its positional parameters.</param>
public sealed record RpcCall(string Method, params IReadOnlyList<JsonNode?> Parameters)
{
    static readonly HashSet<string> RepeatableOutsideEth =
    [
        "net_version", "web3_clientVersion", "debug_traceTransaction", "debug_traceCall",
    ];

    /// <summary>
    /// Whether doing it twice is the same as doing it once. So for every read, and for <c>eth_sendRawTransaction</c>, whose signed bytes
    /// the chain accepts once.
    /// Methods that change a development chain, and unknown ones, are never repeated.
    /// </summary>
    public bool IsRepeatable { get; init; } =
        RepeatableOutsideEth.Contains(Method)
        || (Method.StartsWith("eth_", StringComparison.Ordinal)
            && Method is not ("eth_sendTransaction" or "eth_signTransaction" or "eth_sign" or "eth_newFilter" or "eth_newBlockFilter"
                or "eth_newPendingTransactionFilter" or "eth_getFilterChanges"
                or "eth_subscribe" or "eth_unsubscribe" or "eth_uninstallFilter"));
}

/// <summary>A node's answer to one call: a result or an error.</summary>
public readonly record struct RpcReply
{
    readonly string method;
    readonly JsonElement result;

    RpcReply(string method, JsonElement result, RpcError? error) => (this.method, this.result, Error) = (method, result, error);

    /// <summary>What the node said instead of a result.</summary>
    public RpcError? Error { get; }

    /// <summary>The result; <see cref="JsonValueKind.Null"/> where the node knows no such thing.</summary>
    /// <exception cref="RpcException">The reply is an error.</exception>
    public JsonElement Result => Error is null ? result : throw new RpcException(method, Error);

    /// <summary>A reply with a result.</summary>
    public static RpcReply Success(string method, JsonElement result) => new(method, result, null);

    /// <summary>A reply with an error.</summary>
    public static RpcReply Failure(string method, RpcError error) => new(method, default, error);
}
