using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Marketplace.Chain.Deployments;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Transactions;

/// <summary>The transactions of a market as JSON. What became of one is kept where the chain may not tell it again; else it is asked for anew.</summary>
static class SentDocument
{
    const int LongestText = 1_000, LongestData = 128 << 10;

    public static byte[] Write(IReadOnlyList<SentTransaction> transactions, Deployment market)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("chainId", market.ChainId);
            json.WriteString("market", market.StorageAgreements.ToString());
            json.WriteStartArray("transactions");
            foreach (var sent in transactions)
                Write(json, sent);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>None where they are another market's.</summary>
    /// <exception cref="FormatException">It is nothing that <see cref="Write(IReadOnlyList{SentTransaction}, Deployment)"/> wrote.</exception>
    public static IReadOnlyList<SentTransaction> Read(byte[] json, Deployment market)
    {
        try
        {
            var root = JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            var isOurs = root.GetProperty("chainId").GetUInt64() == market.ChainId && AddressIn(root, "market") == market.StorageAgreements;
            return isOurs ? [.. root.GetProperty("transactions").EnumerateArray().Take(SentTransactions.Most).Select(ReadOne).DistinctBy(sent => sent.Hash)] : [];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            throw new FormatException("It is not a list of transactions.", fault);
        }
    }

    static void Write(Utf8JsonWriter json, SentTransaction sent)
    {
        json.WriteStartObject();
        // What was sped up is asked for by what is in the block.
        json.WriteString("hash", ((sent.State as SentState.Done)?.SpedUpAs ?? sent.Hash).ToString());
        json.WriteString("from", sent.Account.ToString());
        json.WriteString("to", sent.Request.To?.ToString());
        json.WriteString("value", sent.Request.Value.Value.ToString(CultureInfo.InvariantCulture));
        json.WriteString("data", Convert.ToHexStringLower(sent.Request.Data.Span));
        WriteOptional(json, "expected", sent.Expected);
        json.WriteString("summary", sent.Summary);
        json.WriteNumber("since", sent.Since.ToUnixTimeMilliseconds());
        WriteOptional(json, "nonce", (sent.State as SentState.Waits)?.Nonce);
        json.WriteString("became", sent.State switch { SentState.Failed => "failed", SentState.Replaced { IsCancelled: true } => "cancelled", SentState.Replaced => "replaced", SentState.Lost => "lost", _ => "asked" });
        json.WriteString("reason", (sent.State as SentState.Failed)?.Reason);
        json.WriteString("by", (sent.State as SentState.Replaced)?.By?.ToString());
        json.WriteEndObject();
    }

    static SentTransaction ReadOne(JsonElement row) => new(
        Hash256.Parse(row.GetProperty("hash").GetString()!),
        new TransactionRequest
        {
            From = AddressIn(row, "from"), To = row.GetProperty("to").ValueKind == JsonValueKind.Null ? null : AddressIn(row, "to"),
            Value = new Wei(UInt128.Parse(row.GetProperty("value").GetString()!, NumberStyles.None, CultureInfo.InvariantCulture)), Data = DataIn(row),
        },
        NumberIn(row, "expected"), TextIn(row, "summary"), DateTimeOffset.FromUnixTimeMilliseconds(row.GetProperty("since").GetInt64()), StateIn(row));

    static SentState StateIn(JsonElement row) => row.GetProperty("became").GetString() switch
    {
        "failed" => new SentState.Failed(TextIn(row, "reason")),
        "replaced" => new SentState.Replaced(OtherIn(row)),
        "cancelled" => new SentState.Replaced(OtherIn(row), IsCancelled: true),
        "lost" => new SentState.Lost(),
        "asked" => new SentState.Waits(NumberIn(row, "nonce")),
        _ => throw new FormatException("A transaction became what is not known."),
    };

    /// <summary>None in what earlier versions wrote.</summary>
    static Hash256? OtherIn(JsonElement row) => row.TryGetProperty("by", out var by) && by.GetString() is { } text ? Hash256.Parse(text) : null;

    static byte[] DataIn(JsonElement row) => row.GetProperty("data").GetString() is { Length: <= 2 * LongestData } text
        ? Convert.FromHexString(text) : throw new FormatException("A transaction has no data, or too much.");

    static Address AddressIn(JsonElement row, string name) => Address.Parse(row.GetProperty(name).GetString()!);

    static string TextIn(JsonElement row, string name) => Texts.Sentence(row.GetProperty(name).GetString(), LongestText);

    static ulong? NumberIn(JsonElement row, string name) => row.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetUInt64() : null;

    static void WriteOptional(Utf8JsonWriter json, string name, ulong? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
