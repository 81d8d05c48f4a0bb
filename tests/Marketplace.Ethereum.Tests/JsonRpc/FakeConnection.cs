using System.Text.Json;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Ethereum.Tests.JsonRpc;

/// <summary>Answers from a function instead of a network; a method that the test did not set up fails the test.</summary>
sealed class FakeConnection(Func<RpcCall, string?> answer) : IRpcConnection
{
    public List<RpcCall> Calls { get; } = [];

    /// <summary>A reply with this error instead of a result.</summary>
    public static string Error(long code, string message) => "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\"}}";

    public Task<RpcReply> SendAsync(RpcCall call, CancellationToken cancellationToken = default)
    {
        Calls.Add(call);
        var text = answer(call) ?? throw new InvalidOperationException($"{call.Method} was not expected.");
        var json = JsonElement.Parse(text);
        return Task.FromResult(json.ValueKind == JsonValueKind.Object && json.TryGetProperty("error", out var error)
            ? RpcReply.Failure(call.Method, RpcError.Read(error))
            : RpcReply.Success(call.Method, json));
    }

    public async Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default)
    {
        var replies = new List<RpcReply>();
        foreach (var call in calls)
            replies.Add(await SendAsync(call, cancellationToken));
        return replies;
    }
}
