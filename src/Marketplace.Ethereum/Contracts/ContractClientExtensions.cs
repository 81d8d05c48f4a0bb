using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Contracts;

/// <summary>A contract that was deployed.</summary>
public sealed record DeployedContract(Address Address, TransactionReceipt Receipt);

/// <summary>Calls, transactions, events and deployments in the types that the generator writes.</summary>
public static class ContractClientExtensions
{
    /// <summary>What the function returns on the state at <paramref name="at"/>; nothing is sent.</summary>
    /// <param name="client">The chain.</param>
    /// <param name="contract">Whom to ask.</param>
    /// <param name="function">The call.</param>
    /// <param name="at">The state; the newest when left out.</param>
    /// <param name="from">The caller to pretend to be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ContractErrorException">
    /// The contract refused, with an error that <see cref="EthereumClient.Errors"/> knows.
    /// </exception>
    /// <exception cref="CallRevertedException">The contract refused otherwise.</exception>
    /// <exception cref="Abi.AbiDecodingException">
    /// The answer is not what the function returns, for instance because no contract is there.
    /// </exception>
    public static async Task<TResult> CallAsync<TResult>(
        this EthereumClient client, Address contract, IContractFunction<TResult> function, BlockTag at = default, Address? from = null,
        CancellationToken cancellationToken = default)
    {
        try
        {
            return function.DecodeResult(await client.CallAsync(function.To(contract) with { From = from }, at, cancellationToken));
        }
        catch (RpcException refusal) when (refusal.IsRevert)
        {
            throw ContractReverts.ToException(refusal, client.Errors);
        }
    }

    /// <summary>Sends the call as a transaction and waits until it is confirmed.</summary>
    /// <inheritdoc cref="TransactionSender.SendAsync" path="/param|/exception"/>
    public static Task<TransactionReceipt> SendAsync(
        this TransactionSender sender, Address contract, IContractCall call, string intent,
        CancellationToken cancellationToken = default) =>
        sender.SendAsync(call.To(contract), intent, cancellationToken);

    /// <summary>Deploys a contract and waits until that is confirmed.</summary>
    /// <exception cref="RpcProtocolException">The receipt names no contract.</exception>
    public static async Task<DeployedContract> DeployAsync(
        this TransactionSender sender, ContractBytecode bytecode, IContractDeployment deployment, string intent,
        CancellationToken cancellationToken = default)
    {
        var receipt = await sender.SendAsync(bytecode.Deploy(deployment), intent, cancellationToken);
        var address = receipt.ContractAddress ?? throw new RpcProtocolException("The receipt of a deployment names no contract.");
        return new DeployedContract(address, receipt);
    }

    /// <summary>
    /// The events of one kind in a range of blocks, in the order of the chain; see <see cref="EthereumClient.GetLogsAsync"/>.
    /// </summary>
    /// <param name="client">The chain.</param>
    /// <param name="contract">Whose events.</param>
    /// <param name="fromBlock">The first block, included.</param>
    /// <param name="toBlock">The last block, included.</param>
    /// <param name="topics">The event's own <c>Filter</c>; null for every event of the kind.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Abi.AbiDecodingException">A log has the event's topic but not its form.</exception>
    public static async Task<IReadOnlyList<EventLog<TEvent>>> GetEventsAsync<TEvent>(
        this EthereumClient client, Address contract, ulong fromBlock, ulong toBlock, IReadOnlyList<IReadOnlyList<Hash256>?>? topics = null,
        CancellationToken cancellationToken = default)
        where TEvent : IContractEvent<TEvent>
    {
        var filter = new LogFilter { FromBlock = fromBlock, ToBlock = toBlock, Addresses = [contract],
            Topics = topics ?? [[TEvent.Topic]] };
        return [.. EventLog.OfType<TEvent>(await client.GetLogsAsync(filter, cancellationToken))];
    }
}
