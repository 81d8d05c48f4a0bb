using System.Text.Json;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>The <c>error</c> member of a reply.</summary>
/// <param name="Code">The node's code.</param>
/// <param name="Message">The node's words, cut to 500 characters and without control characters.</param>
/// <param name="RevertData">
/// The bytes with which a contract reverted, in whichever place the node put them; null where it gave none.
/// </param>
public sealed record RpcError(long Code, string Message, ReadOnlyMemory<byte>? RevertData)
{
    const int MaxMessage = 500;
    const int MaxDepth = 4;
    const int RevertCode = 3;

    /// <summary>Members in which geth, anvil, Hardhat, Ganache and OpenEthereum have put revert data below <c>error.data</c>.</summary>
    static readonly string[] DataMembers = ["data", "return", "result", "output", "originalError", "error", "cause"];

    /// <summary>Whether the error says that execution reverted.</summary>
    public bool IsRevert => Code == RevertCode || Message.Contains("revert", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="RpcProtocolException">Not an object with a number <c>code</c>.</exception>
    internal static RpcError Read(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object || !error.TryGetProperty("code", out var code)
            || code.ValueKind != JsonValueKind.Number || !code.TryGetInt64(out var number))
            throw new RpcProtocolException("An error without a code.");
        var message = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String
            ? RpcValue.ReadText(text)
            : "";
        var data = error.TryGetProperty("data", out var detail) ? FindRevertData(detail, MaxDepth) : null;
        return new RpcError(number, Printable(message), data);
    }

    static ReadOnlyMemory<byte>? FindRevertData(JsonElement place, int depth)
    {
        if (place.ValueKind == JsonValueKind.String)
            return FromText(RpcValue.ReadText(place));
        if (place.ValueKind != JsonValueKind.Object || depth == 0)
            return null;
        foreach (var name in DataMembers)
        {
            if (place.TryGetProperty(name, out var member) && FindRevertData(member, depth - 1) is { } found)
                return found;
        }
        return FromGanache(place, depth);
    }

    /// <summary>Ganache keys the failure by the transaction's hash: <c>{"0x...": {"return": "0x..."}}</c>.</summary>
    static ReadOnlyMemory<byte>? FromGanache(JsonElement place, int depth)
    {
        foreach (var member in place.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object && FindRevertData(member.Value, depth - 1) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>The hex itself, or OpenEthereum's <c>Reverted 0x...</c>.</summary>
    static ReadOnlyMemory<byte>? FromText(string text)
    {
        const string prefix = "Reverted ";
        var hex = text.StartsWith(prefix, StringComparison.Ordinal) ? text.AsSpan(prefix.Length) : text.AsSpan();
        return RpcValue.TryReadHex(hex, out var bytes) ? bytes : default(ReadOnlyMemory<byte>?);
    }

    static string Printable(string text)
    {
        var cut = text.Length > MaxMessage ? text[..MaxMessage] : text;
        return string.Create(cut.Length, cut, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
    }
}
