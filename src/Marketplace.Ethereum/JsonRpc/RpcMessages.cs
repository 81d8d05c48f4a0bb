using System.Buffers;
using System.Text.Json;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>
/// Requests to bytes, answers to replies. Ids are consecutive in a batch, so that each answer is matched to its call and to no other.
/// </summary>
static class RpcMessages
{
    public static ReadOnlyMemory<byte> Write(RpcCall call, long id)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, call, id);
        return buffer.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Write(IReadOnlyList<RpcCall> calls, long firstId)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            for (var i = 0; i < calls.Count; i++)
                Write(writer, calls[i], firstId + i);
            writer.WriteEndArray();
        }
        return buffer.WrittenMemory;
    }

    public static RpcReply ReadSingle(JsonElement answer, RpcCall call, long id)
    {
        if (IdOf(answer) is { } actual ? actual != id : !IsError(answer))
            throw new RpcProtocolException($"{call.Method}: the answer has the id of another question.");
        return Read(answer, call.Method);
    }

    /// <summary>
    /// The answers in the order of the calls. A node that refuses the batch as a whole answers with one error, which then holds for every
    /// call.
    /// </summary>
    public static RpcReply[] ReadBatch(JsonElement answer, IReadOnlyList<RpcCall> calls, long firstId)
    {
        if (answer.ValueKind == JsonValueKind.Object && IsError(answer) && IdOf(answer) is null)
        {
            var error = RpcError.Read(answer.GetProperty("error"));
            return [.. calls.Select(call => RpcReply.Failure(call.Method, error))];
        }
        var items = RpcValue.ReadArray(answer, calls.Count);
        var replies = new RpcReply?[calls.Count];
        foreach (var item in items)
        {
            var index = IdOf(item) - firstId;
            if (index is not { } i || i < 0 || i >= calls.Count || replies[i] is not null)
                throw new RpcProtocolException("A batch's answer holds an id that was not asked, or one twice.");
            replies[i] = Read(item, calls[(int)i].Method);
        }
        return [.. replies.Select((reply, i) =>
            reply ?? throw new RpcProtocolException($"A batch's answer lacks the reply to {calls[i].Method}."))];
    }

    static void Write(Utf8JsonWriter writer, RpcCall call, long id)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteNumber("id", id);
        writer.WriteString("method", call.Method);
        writer.WriteStartArray("params");
        foreach (var parameter in call.Parameters)
        {
            if (parameter is null)
                writer.WriteNullValue();
            else
                parameter.WriteTo(writer);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static RpcReply Read(JsonElement answer, string method)
    {
        if (answer.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
            return RpcReply.Failure(method, RpcError.Read(error));
        return answer.TryGetProperty("result", out var result)
            ? RpcReply.Success(method, result)
            : throw new RpcProtocolException($"{method}: the answer has neither a result nor an error.");
    }

    static bool IsError(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error", out var e) && e.ValueKind == JsonValueKind.Object;

    static long? IdOf(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
            throw new RpcProtocolException($"An answer is an object, not {answer.ValueKind}.");
        return answer.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number)
            ? number
            : null;
    }
}
