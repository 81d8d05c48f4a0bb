using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>
/// A node's methods with types. Every method throws <see cref="RpcTransportException"/> when the node was not reached, <see
/// cref="RpcProtocolException"/> when
/// it answers nonsense, and <see cref="RpcException"/> when it answers with an error.
/// </summary>
/// <param name="connection">Carries the calls.</param>
/// <param name="errors">Knows the contracts' errors, so that refusals arrive as typed exceptions; null knows only Solidity's own.</param>
public sealed partial class EthereumClient(IRpcConnection connection, IContractErrorDecoder? errors = null)
{
    /// <summary>Makes typed errors of revert data.</summary>
    public IContractErrorDecoder Errors { get; } = errors ?? StandardErrors.Decoder;

    /// <summary>The chain that the endpoint serves (EIP-155).</summary>
    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken = default) =>
        AskAsync("eth_chainId", RpcValue.ReadUInt64, cancellationToken);

    /// <exception cref="WrongChainException">The endpoint serves another chain.</exception>
    public async Task RequireChainAsync(ulong expected, CancellationToken cancellationToken = default)
    {
        var actual = await GetChainIdAsync(cancellationToken);
        if (actual != expected)
            throw new WrongChainException(expected, actual);
    }

    /// <summary>The height of the newest block.</summary>
    public Task<ulong> GetBlockNumberAsync(CancellationToken cancellationToken = default) =>
        AskAsync("eth_blockNumber", RpcValue.ReadUInt64, cancellationToken);

    /// <summary>The newest block's header.</summary>
    /// <exception cref="RpcProtocolException">The node has none.</exception>
    public async Task<BlockHeader> GetHeadAsync(CancellationToken cancellationToken = default) =>
        await GetHeaderAsync(BlockTag.Latest, cancellationToken)
        ?? throw new RpcProtocolException("eth_getBlockByNumber: the node has no newest block.");

    /// <summary>
    /// A block's header, or null where the node has no such block. A header of another height or hash than asked for is refused.
    /// </summary>
    public async Task<BlockHeader?> GetHeaderAsync(BlockTag at, CancellationToken cancellationToken = default)
    {
        var (method, which) = at.Hash is { } hash
            ? ("eth_getBlockByHash", JsonValue.Create(hash.ToString()))
            : ("eth_getBlockByNumber", (JsonNode)JsonValue.Create(at.ToString()));
        var header = await AskAsync(method, Nullable(RpcModels.ReadHeader), cancellationToken, which, JsonValue.Create(false));
        return header is null || (header.Number == (at.Number ?? header.Number) && header.Hash == (at.Hash ?? header.Hash))
            ? header
            : throw new RpcProtocolException($"{method}: the node answered with another block.");
    }

    /// <summary>Wei that the account holds.</summary>
    public Task<Wei> GetBalanceAsync(Address account, BlockTag at = default, CancellationToken cancellationToken = default) =>
        AskAsync("eth_getBalance", RpcValue.ReadWei, cancellationToken, account.ToString(), RpcParameters.Block(at));

    /// <summary>The contract's code; empty for an account without any.</summary>
    public Task<byte[]> GetCodeAsync(Address account, BlockTag at = default, CancellationToken cancellationToken = default) =>
        AskAsync("eth_getCode", RpcValue.ReadBytes, cancellationToken, account.ToString(), RpcParameters.Block(at));

    /// <summary>
    /// How many transactions the account has sent, which is its next nonce; with <see cref="BlockTag.Pending"/>, the node's pool counted
    /// in.
    /// </summary>
    public Task<ulong> GetTransactionCountAsync(Address account, BlockTag at = default, CancellationToken cancellationToken = default) =>
        AskAsync("eth_getTransactionCount", RpcValue.ReadUInt64, cancellationToken, account.ToString(), RpcParameters.Block(at));

    /// <summary>
    /// Runs a call without a transaction and returns what it returns. A revert is an <see cref="RpcException"/> with <see
    /// cref="RpcException.RevertData"/>.
    /// </summary>
    public Task<byte[]> CallAsync(TransactionRequest call, BlockTag at = default, CancellationToken cancellationToken = default) =>
        AskAsync("eth_call", RpcValue.ReadBytes, cancellationToken, RpcParameters.Call(call), RpcParameters.Block(at));

    /// <summary>Gas that the transaction would use on the state at <paramref name="at"/>, without any margin.</summary>
    public Task<ulong> EstimateGasAsync(TransactionRequest call, BlockTag at = default, CancellationToken cancellationToken = default) =>
        AskAsync("eth_estimateGas", RpcValue.ReadUInt64, cancellationToken, RpcParameters.Call(call), RpcParameters.Block(at));

    /// <summary>Gas that the transaction would use on the newest state if an account were another one.</summary>
    /// <exception cref="RpcException">It would revert, or the endpoint cannot pretend.</exception>
    public Task<ulong> EstimateGasAsIfAsync(TransactionRequest call, StateOverride pretended, CancellationToken cancellationToken = default) =>
        AskAsync("eth_estimateGas", RpcValue.ReadUInt64, cancellationToken, RpcParameters.Call(call), RpcParameters.Block(BlockTag.Latest), RpcParameters.Override(pretended));

    /// <summary>Fees of the newest blocks.</summary>
    /// <param name="blocks">How many, 1 to 1024.</param>
    /// <param name="percentiles">Of the priority fees in each block, 0 to 100, ascending.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<FeeHistory> GetFeeHistoryAsync(
        int blocks, IReadOnlyList<double> percentiles, CancellationToken cancellationToken = default) =>
        AskAsync("eth_feeHistory", history => RpcModels.ReadFeeHistory(history, blocks, percentiles.Count), cancellationToken,
            RpcParameters.Quantity((ulong)blocks), "latest", new JsonArray([.. percentiles.Select(p => JsonValue.Create(p))]));

    /// <summary>The node's suggestion of a priority fee.</summary>
    public Task<Wei> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken = default) =>
        AskAsync("eth_maxPriorityFeePerGas", RpcValue.ReadWei, cancellationToken);

    /// <summary>The node's suggestion of a price for each unit of gas.</summary>
    public Task<Wei> GetGasPriceAsync(CancellationToken cancellationToken = default) =>
        AskAsync("eth_gasPrice", RpcValue.ReadWei, cancellationToken);

    /// <summary>The receipt, or null while no block holds the transaction.</summary>
    public async Task<TransactionReceipt?> GetReceiptAsync(Hash256 transaction, CancellationToken cancellationToken = default)
    {
        var receipt = await AskAsync(
            "eth_getTransactionReceipt", Nullable(RpcModels.ReadReceipt), cancellationToken, transaction.ToString());
        return receipt is null || receipt.TransactionHash == transaction
            ? receipt
            : throw new RpcProtocolException("eth_getTransactionReceipt: the node answered with another transaction's receipt.");
    }

    /// <summary>The transaction, waiting or in a block; null where the node does not know it.</summary>
    public async Task<KnownTransaction?> GetTransactionAsync(Hash256 transaction, CancellationToken cancellationToken = default)
    {
        var known = await AskAsync(
            "eth_getTransactionByHash", Nullable(RpcModels.ReadTransaction), cancellationToken, transaction.ToString());
        return known is null || known.Hash == transaction
            ? known
            : throw new RpcProtocolException("eth_getTransactionByHash: the node answered with another transaction.");
    }

    /// <summary>The transaction of an account with that nonce in a block; null where the block has none, or the node no such block.</summary>
    public async Task<KnownTransaction?> FindTransactionAsync(ulong block, Address sender, ulong nonce, CancellationToken cancellationToken = default)
    {
        const string Method = "eth_getBlockByNumber";
        var found = await AskAsync(Method, Nullable(RpcModels.ReadTransactions), cancellationToken, RpcParameters.Quantity(block), JsonValue.Create(true));
        return found is null || found.Block == block
            ? found?.Transactions.FirstOrDefault(transaction => transaction.From == sender && transaction.Nonce == nonce)
            : throw new RpcProtocolException($"{Method}: the node answered with another block.");
    }

    /// <summary>Any other method, for instance a development chain's <c>anvil_</c> and <c>evm_</c> ones.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="read">Turns the result into a value; see <see cref="RpcValue"/>.</param>
    /// <param name="parameters">Positional; see <see cref="RpcParameters"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> SendAsync<T>(
        string method, Func<JsonElement, T> read, IReadOnlyList<JsonNode?> parameters, CancellationToken cancellationToken = default)
    {
        var reply = await connection.SendAsync(new RpcCall(method, parameters), cancellationToken);
        return read(reply.Result);
    }

    /// <summary>The same for a method whose result does not matter.</summary>
    public async Task SendAsync(string method, IReadOnlyList<JsonNode?> parameters, CancellationToken cancellationToken = default) =>
        _ = await SendAsync(method, static result => result, parameters, cancellationToken);

    /// <summary>Several calls in as few requests as allowed; see <see cref="IRpcConnection.SendBatchAsync"/>.</summary>
    public Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default) =>
        connection.SendBatchAsync(calls, cancellationToken);

    Task<T> AskAsync<T>(string method, Func<JsonElement, T> read, CancellationToken cancellationToken, params JsonNode?[] parameters) =>
        SendAsync(method, read, parameters, cancellationToken);

    static Func<JsonElement, T?> Nullable<T>(Func<JsonElement, T> read) where T : class =>
        value => value.ValueKind == JsonValueKind.Null ? null : read(value);
}
