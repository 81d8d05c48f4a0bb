using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain;

/// <summary>Questions of different kinds to several contracts that go out in one request, where an endpoint may count requests.</summary>
/// <param name="client">The chain.</param>
/// <param name="at">The state that all are asked about.</param>
public sealed class CallBatch(EthereumClient client, BlockTag at)
{
    readonly List<RpcCall> calls = [];
    IReadOnlyList<RpcReply>? replies;

    /// <summary>Adds a question; what it returns gives the answer once the batch was sent, or throws the contract's refusal.</summary>
    public Func<T> Ask<T>(Address contract, IContractFunction<T> question)
    {
        var index = calls.Count;
        calls.Add(ContractReader.EthCall(question.To(contract), at));
        return () => replies is null
            ? throw new InvalidOperationException("The batch was not sent yet.")
            : ContractReader.Read(client, question, replies[index]);
    }

    /// <summary>Sends all questions.</summary>
    /// <exception cref="EthereumRpcException">The endpoint does not answer.</exception>
    public async Task SendAsync(CancellationToken cancellationToken) => replies = await client.SendBatchAsync(calls, cancellationToken);
}
