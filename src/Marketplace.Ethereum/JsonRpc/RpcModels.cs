using System.Text.Json;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>
/// Reads the objects of Ethereum's JSON-RPC. Everything required is there and in range, or <see cref="RpcProtocolException"/>.
/// </summary>
static class RpcModels
{
    const int MaxTopics = 4;

    public static BlockHeader ReadHeader(JsonElement block) => new(
        RpcValue.ReadUInt64(block.Required("number")),
        RpcValue.ReadHash(block.Required("hash")),
        RpcValue.ReadHash(block.Required("parentHash")),
        RpcValue.ReadTimestamp(block.Required("timestamp")),
        block.Optional("baseFeePerGas") is { } fee ? RpcValue.ReadWei(fee) : Wei.Zero,
        RpcValue.ReadUInt64(block.Required("gasLimit")),
        RpcValue.ReadUInt64(block.Required("gasUsed")));

    public static TransactionReceipt ReadReceipt(JsonElement receipt) => new()
    {
        TransactionHash = RpcValue.ReadHash(receipt.Required("transactionHash")),
        TransactionIndex = RpcValue.ReadUInt64(receipt.Required("transactionIndex")),
        BlockHash = RpcValue.ReadHash(receipt.Required("blockHash")),
        BlockNumber = RpcValue.ReadUInt64(receipt.Required("blockNumber")),
        From = RpcValue.ReadAddress(receipt.Required("from")),
        To = ReadOptionalAddress(receipt, "to"),
        ContractAddress = ReadOptionalAddress(receipt, "contractAddress"),
        Succeeded = ReadStatus(receipt.Required("status")),
        GasUsed = RpcValue.ReadUInt64(receipt.Required("gasUsed")),
        EffectiveGasPrice = RpcValue.ReadWei(receipt.Required("effectiveGasPrice")),
        Logs = [.. RpcValue.ReadArray(receipt.Required("logs")).Select(ReadLog)],
    };

    public static KnownTransaction ReadTransaction(JsonElement transaction) => new()
    {
        Hash = RpcValue.ReadHash(transaction.Required("hash")),
        From = RpcValue.ReadAddress(transaction.Required("from")),
        To = ReadOptionalAddress(transaction, "to"),
        Nonce = RpcValue.ReadUInt64(transaction.Required("nonce")),
        Value = RpcValue.ReadWei(transaction.Required("value")),
        GasLimit = RpcValue.ReadUInt64(transaction.Required("gas")),
        Data = RpcValue.ReadBytes(transaction.Required("input")),
        BlockHash = transaction.Optional("blockHash") is { } hash ? RpcValue.ReadHash(hash) : null,
        BlockNumber = transaction.Optional("blockNumber") is { } number ? RpcValue.ReadUInt64(number) : null,
    };

    /// <summary>Of a block that was asked for with its transactions in full.</summary>
    public static BlockTransactions ReadTransactions(JsonElement block) => new(
        RpcValue.ReadUInt64(block.Required("number")),
        [.. RpcValue.ReadArray(block.Required("transactions")).Select(ReadTransaction)]);

    public static LogEntry ReadLog(JsonElement log) => new(
        RpcValue.ReadAddress(log.Required("address")),
        [.. RpcValue.ReadArray(log.Required("topics"), MaxTopics).Select(RpcValue.ReadHash)],
        RpcValue.ReadBytes(log.Required("data")),
        RpcValue.ReadUInt64(log.Required("blockNumber")),
        RpcValue.ReadHash(log.Required("blockHash")),
        RpcValue.ReadHash(log.Required("transactionHash")),
        RpcValue.ReadUInt64(log.Required("transactionIndex")),
        RpcValue.ReadUInt64(log.Required("logIndex")));

    /// <param name="history">The node's answer.</param>
    /// <param name="maxBlocks">The number of blocks asked for; nodes may answer with fewer.</param>
    /// <param name="percentiles">The number of percentiles asked for.</param>
    public static FeeHistory ReadFeeHistory(JsonElement history, int maxBlocks, int percentiles)
    {
        Wei[] fees = [.. RpcValue.ReadArray(history.Required("baseFeePerGas"), maxBlocks + 1).Select(RpcValue.ReadWei)];
        double[] ratios = [.. RpcValue.ReadArray(history.Required("gasUsedRatio"), maxBlocks).Select(ReadRatio)];
        IReadOnlyList<IReadOnlyList<Wei>> rewards = history.Optional("reward") is { } reward
            ? [.. RpcValue.ReadArray(reward, maxBlocks).Select(
                block => (Wei[])[.. RpcValue.ReadArray(block, percentiles).Select(RpcValue.ReadWei)])]
            : [];
        if (fees.Length != ratios.Length + 1 || rewards.Any(block => block.Count != percentiles))
            throw new RpcProtocolException("A fee history whose lists do not fit together.");
        return new FeeHistory(RpcValue.ReadUInt64(history.Required("oldestBlock")), fees, ratios, rewards);
    }

    static bool ReadStatus(JsonElement status) => RpcValue.ReadUInt64(status) switch
    {
        0 => false,
        1 => true,
        var other => throw new RpcProtocolException($"A receipt with status {other}."),
    };

    static double ReadRatio(JsonElement ratio) =>
        ratio.ValueKind == JsonValueKind.Number && ratio.TryGetDouble(out var value) && value is >= 0 and <= 1
            ? value
            : throw new RpcProtocolException("A ratio outside 0 to 1.");

    static Address? ReadOptionalAddress(JsonElement parent, string name) =>
        parent.Optional(name) is { } value ? RpcValue.ReadAddress(value) : null;
}

/// <summary>What a block holds.</summary>
sealed record BlockTransactions(ulong Block, IReadOnlyList<KnownTransaction> Transactions);
