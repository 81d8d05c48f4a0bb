using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Rlp;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Deployments;

/// <summary>A deployment did not come out as planned; what is on the chain must not be used.</summary>
public sealed class DeploymentFailedException(string message) : Exception(message);

/// <summary>
/// Deploys a market with one account. The contracts name each other in their constructors, so every address is computed beforehand from the
/// account's nonces (which therefore nothing else may use meanwhile), and everything is read back at the end.
/// </summary>
public sealed class MarketDeployer(EthereumClient client, TransactionSender sender)
{
    /// <summary>Deploys and verifies.</summary>
    /// <exception cref="DeploymentFailedException">A contract came to another address, for instance because the account was used
    /// meanwhile.</exception>
    /// <exception cref="ContractErrorException">A constructor refused the plan's values.</exception>
    public async Task<Deployment> DeployAsync(MarketPlan plan, CancellationToken cancellationToken = default)
    {
        var nonce = await client.GetTransactionCountAsync(sender.Address, BlockTag.Pending, cancellationToken);
        var planned = Predict(plan, nonce);
        var pending = new List<PendingTransaction>();
        foreach (var contract in MarketParts.Creations(plan, planned))
        {
            var code = ContractBytecode.Load(typeof(MarketDeployer).Assembly, contract.ContractName);
            pending.Add(await sender.SubmitAsync(code.Deploy(contract), $"deploy:{contract.ContractName}:{nonce + (ulong)pending.Count}",
                cancellationToken));
        }
        var receipts = new List<TransactionReceipt>();
        foreach (var transaction in pending)
            receipts.Add(await sender.WaitAsync(transaction, cancellationToken));
        foreach (var (receipt, contract) in receipts.Zip(planned.Contracts))
        {
            if (receipt.ContractAddress != contract.Address)
                throw new DeploymentFailedException($"{contract.Name} is at {receipt.ContractAddress} instead of {contract.Address}; was the account used meanwhile?");
        }
        var deployment = planned with { DeployBlock = receipts.Min(receipt => receipt.BlockNumber) };
        await DeploymentVerifier.VerifyAsync(client, deployment, cancellationToken);
        return deployment;
    }

    /// <summary>
    /// The address of the contract that an account creates with its transaction of this nonce: the last 20 bytes of keccak256(rlp([account,
    /// nonce])).
    /// </summary>
    public static Address AddressOf(Address account, ulong nonce)
    {
        var hash = Keccak256.Hash(new RlpWriter().BeginList().Write(account).Write(nonce).EndList().ToArray());
        return new Address(hash.ToArray().AsSpan(Hash256.Size - Address.Size));
    }

    Deployment Predict(MarketPlan plan, ulong nonce)
    {
        var addresses = MarketParts.Names(plan).Select((name, place) => (name, Address: AddressOf(sender.Address, nonce + (ulong)place)))
            .ToDictionary(part => part.name, part => part.Address);
        return Deployment.Of(
            sender.ChainId, new EpochClock(plan.Genesis, plan.EpochLength),
            name => addresses.TryGetValue(name, out var address) ? address : null,
            name => new InvalidOperationException($"{name} is part of every market."));
    }
}
