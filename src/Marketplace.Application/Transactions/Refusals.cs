using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Transactions;

/// <summary>Why a transaction would not do, or did not, in words.</summary>
static class Refusals
{
    public static string Describe(RpcException refusal, EthereumClient client)
    {
        if (!refusal.IsRevert)
            return $"The chain's endpoint refused: {refusal.Error.Message}";
        return ContractReverts.ToException(refusal, client.Errors) switch
        {
            ContractErrorException known => MarketErrorMessages.Describe(known.Error),
            var other => $"The contract refused: {other.Message}",
        };
    }

    /// <summary>Ether has as many decimals as the token.</summary>
    public static string Ether(Wei amount) => new TokenAmount(amount.Value).ToTokens() + " ETH";
}
