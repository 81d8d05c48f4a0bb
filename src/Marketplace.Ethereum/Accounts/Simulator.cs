using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Accounts;

/// <summary>Runs transactions without sending them, to learn why they fail and what they need.</summary>
sealed class Simulator(EthereumClient client, TransactionSenderOptions options)
{
    /// <summary>The gas limit for a request that would succeed now.</summary>
    /// <exception cref="ContractErrorException">It would be refused, with an error that is known.</exception>
    /// <exception cref="CallRevertedException">It would be refused for another reason.</exception>
    /// <exception cref="TransactionRefusedException">The account cannot pay for it, or it needs more gas than is allowed.</exception>
    public async Task<ulong> TryOutAsync(TransactionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            _ = await client.CallAsync(request, options.SimulateAt, cancellationToken);
            if (request.GasLimit is { } given)
                return given;
            var estimate = await client.EstimateGasAsync(request, options.SimulateAt, cancellationToken);
            if (estimate > options.MaxGas)
                throw new TransactionRefusedException(
                    SubmissionOutcome.Rejected, $"it needs {estimate} gas, more than the {options.MaxGas} allowed");
            return Math.Min(estimate + estimate * (ulong)options.GasMarginPercent / 100 + options.GasReserve, options.MaxGas);
        }
        catch (RpcException refusal) when (refusal.IsRevert)
        {
            throw ContractReverts.ToException(refusal, client.Errors);
        }
        catch (RpcException refusal) when (EthereumClient.Classify(refusal.Error) == SubmissionOutcome.InsufficientFunds)
        {
            throw new TransactionRefusedException(SubmissionOutcome.InsufficientFunds, refusal.Error.Message);
        }
    }

    /// <summary>
    /// Why a transaction failed in a block, as far as it can be repeated on the state after that block or before it; null where it cannot.
    /// </summary>
    public async Task<Exception?> ExplainAsync(TransactionRequest request, ulong block, CancellationToken cancellationToken) =>
        await ExplainAtAsync(request, BlockTag.At(block), cancellationToken)
        ?? (block > 0 ? await ExplainAtAsync(request, BlockTag.At(block - 1), cancellationToken) : null);

    async Task<Exception?> ExplainAtAsync(TransactionRequest request, BlockTag at, CancellationToken cancellationToken)
    {
        try
        {
            _ = await client.CallAsync(request, at, cancellationToken);
            return null;
        }
        catch (RpcException refusal)
        {
            // Out of gas and pruned state arrive as errors without being reverts; their words are the best there is.
            return refusal.IsRevert ? ContractReverts.ToException(refusal, client.Errors) : refusal;
        }
        catch (EthereumRpcException)
        {
            return null;
        }
    }
}
