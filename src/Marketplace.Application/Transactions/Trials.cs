using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Transactions;

/// <summary>Tries transactions out on the newest block, each by itself; nothing is sent.</summary>
static class Trials
{
    /// <summary>At a time: the endpoint may be anybody's.</summary>
    const int AtOnce = 16;

    /// <summary>Why contracts refuse each of them, in a sentence; null where they do not, or only the money is not there yet: that is taken last.</summary>
    /// <param name="client">The chain.</param>
    /// <param name="requests">With their senders.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<string?>> RefusalsAsync(EthereumClient client, IReadOnlyList<TransactionRequest> requests, CancellationToken cancellationToken)
    {
        List<string?> refusals = [];
        foreach (var some in requests.Chunk(AtOnce))
            refusals.AddRange(await Task.WhenAll(some.Select(request => RefusalAsync(client, request, cancellationToken))));
        return refusals;
    }

    static async Task<string?> RefusalAsync(EthereumClient client, TransactionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            _ = await client.CallAsync(request, default, cancellationToken);
            return null;
        }
        catch (RpcException refusal) when (refusal.IsRevert)
        {
            return ContractReverts.ToException(refusal, client.Errors) is ContractErrorException { Error: ERC20InsufficientAllowanceError or ERC20InsufficientBalanceError }
                ? null : Refusals.Describe(refusal, client);
        }
    }
}
