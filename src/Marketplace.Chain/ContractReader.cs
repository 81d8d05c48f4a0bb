using System.Numerics;
using System.Text.Json.Nodes;
using Marketplace.Ethereum.Abi;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain;

/// <summary>Asks one contract, one question or many in one request.</summary>
sealed class ContractReader(EthereumClient client, Address contract)
{
    /// <summary>Questions in one request at most; longer lists are asked page by page, so that no answer grows without bound.</summary>
    public const int PageSize = 200;

    public Address Contract => contract;

    public EthereumClient Client => client;

    public Task<T> AskAsync<T>(IContractFunction<T> call, BlockTag at, CancellationToken cancellationToken) =>
        client.CallAsync(contract, call, at, cancellationToken: cancellationToken);

    public async Task<TokenAmount> AskAmountAsync(IContractFunction<BigInteger> call, BlockTag at, CancellationToken cancellationToken) =>
        (await AskAsync(call, at, cancellationToken)).ToToken();

    /// <summary>The answers in the order of the questions, all of one state if <paramref name="at"/> is a block's hash.</summary>
    public async Task<IReadOnlyList<T>> AskManyAsync<T>(IReadOnlyList<IContractFunction<T>> calls, BlockTag at,
        CancellationToken cancellationToken)
    {
        var answers = new List<T>(calls.Count);
        foreach (var page in calls.Chunk(PageSize))
        {
            var replies = await client.SendBatchAsync([.. page.Select(call => EthCall(call.To(contract), at))], cancellationToken);
            answers.AddRange(page.Zip(replies, (call, reply) => Read(client, call, reply)));
        }
        return answers;
    }

    /// <summary>As <see cref="AskManyAsync"/>; null for an answer that is none, so that one who stored nonsense hides nobody else.</summary>
    public async Task<IReadOnlyList<T?>> AskManyOrNullAsync<T>(IReadOnlyList<IContractFunction<T>> calls, BlockTag at,
        CancellationToken cancellationToken) where T : class
    {
        var answers = new List<T?>(calls.Count);
        foreach (var page in calls.Chunk(PageSize))
        {
            var replies = await client.SendBatchAsync([.. page.Select(call => EthCall(call.To(contract), at))], cancellationToken);
            answers.AddRange(page.Zip(replies, ReadOrNull));
        }
        return answers;
    }

    /// <summary>The numbers 1 to <paramref name="count"/>, in pages.</summary>
    public static IEnumerable<IReadOnlyList<ulong>> Pages(ulong count)
    {
        for (ulong first = 1; first <= count; first += PageSize)
        {
            var page = new ulong[Math.Min(PageSize, count - first + 1)];
            for (var i = 0; i < page.Length; i++)
                page[i] = first + (ulong)i;
            yield return page;
        }
    }

    public TransactionRequest Send(IContractCall call) => call.To(contract);

    /// <summary>What a question to a contract brought.</summary>
    internal static T Read<T>(EthereumClient client, IContractFunction<T> call, RpcReply reply)
    {
        try
        {
            return call.DecodeResult(RpcValue.ReadBytes(reply.Result));
        }
        catch (RpcException refusal) when (refusal.RevertData is { } data && client.Errors.Decode(data.Span) is { } error)
        {
            throw error;
        }
    }

    T? ReadOrNull<T>(IContractFunction<T> call, RpcReply reply) where T : class
    {
        try
        {
            return Read(client, call, reply);
        }
        catch (AbiDecodingException)
        {
            return null;
        }
    }

    internal static RpcCall EthCall(TransactionRequest request, BlockTag at) => new(
        "eth_call",
        new JsonObject { ["to"] = request.To.ToString(), ["data"] = RpcParameters.Bytes(request.Data.Span) },
        RpcParameters.Block(at));
}
