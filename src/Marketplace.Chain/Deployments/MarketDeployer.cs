using Marketplace.Chain.Contracts;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Rlp;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Deployments;

/// <summary>A market to be deployed.</summary>
public sealed record MarketPlan
{
    /// <summary>Receives all tokens.</summary>
    public required Address TokenHolder { get; init; }

    /// <summary>All tokens there will ever be.</summary>
    public required TokenAmount Supply { get; init; }

    /// <summary>May change the parameters: governance, or on a development chain the deployer.</summary>
    public required Address Owner { get; init; }

    /// <summary>May stop new agreements for a bounded time; zero for nobody.</summary>
    public Address Guardian { get; init; } = Address.Zero;

    /// <summary>Start of epoch 0, in whole seconds; not after the deployment's own blocks if the market is to be used at once.</summary>
    public required DateTimeOffset Genesis { get; init; }

    /// <summary>Whole seconds; never changes.</summary>
    public required TimeSpan EpochLength { get; init; }

    /// <summary>The numbers to begin with.</summary>
    public required MarketParameters Parameters { get; init; }

    /// <summary>Blocks between the opening of an epoch and the block that gives its seed.</summary>
    public ulong AnchorDelay { get; init; } = 2;
}

/// <summary>A deployment did not come out as planned; what is on the chain must not be used.</summary>
public sealed class DeploymentFailedException(string message) : Exception(message);

/// <summary>
/// Deploys a market with one account. The contracts name each other in their constructors, so every address is computed beforehand from the
/// account's nonces (which therefore nothing else may use meanwhile), and everything is read back at the end.
/// </summary>
public sealed class MarketDeployer(EthereumClient client, TransactionSender sender)
{
    static readonly string[] Order =
    [
        StorageToken.Name, MarketplaceParameters.Name, BlockhashBeacon.Name, ProviderRegistry.Name,
        ListingBook.Name, AgreementEscrow.Name, StorageAgreements.Name, PossessionProofs.Name,
    ];

    /// <summary>Deploys and verifies.</summary>
    /// <exception cref="DeploymentFailedException">A contract came to another address, for instance because the account was used
    /// meanwhile.</exception>
    /// <exception cref="ContractErrorException">A constructor refused the plan's values.</exception>
    public async Task<Deployment> DeployAsync(MarketPlan plan, CancellationToken cancellationToken = default)
    {
        var nonce = await client.GetTransactionCountAsync(sender.Address, BlockTag.Pending, cancellationToken);
        var planned = Predict(plan, nonce);
        var pending = new List<PendingTransaction>();
        foreach (var contract in Arguments(plan, planned))
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
        var addresses = Order.Select((_, place) => AddressOf(sender.Address, nonce + (ulong)place)).ToArray();
        return new Deployment
        {
            ChainId = sender.ChainId,
            DeployBlock = 0,
            Genesis = plan.Genesis,
            EpochLength = plan.EpochLength,
            StorageToken = addresses[0],
            MarketplaceParameters = addresses[1],
            RandomnessBeacon = addresses[2],
            ProviderRegistry = addresses[3],
            ListingBook = addresses[4],
            AgreementEscrow = addresses[5],
            StorageAgreements = addresses[6],
            PossessionProofs = addresses[7],
        };
    }

    /// <summary>In the order of <see cref="Order"/>; by name, since two addresses in the wrong order would compile.</summary>
    static IContractDeployment[] Arguments(MarketPlan plan, Deployment at) =>
    [
        new StorageToken.Deployment(Holder: plan.TokenHolder, Supply: plan.Supply.ToUInt256()),
        new MarketplaceParameters.Deployment(
            Owner: plan.Owner, Guardian: plan.Guardian, Genesis: (ulong)plan.Genesis.ToUnixTimeSeconds(),
            EpochLength: (ulong)plan.EpochLength.TotalSeconds, Values: plan.Parameters.ToAbi()),
        new BlockhashBeacon.Deployment(Parameters: at.MarketplaceParameters, AnchorDelay: plan.AnchorDelay),
        new ProviderRegistry.Deployment(
            Token: at.StorageToken, Parameters: at.MarketplaceParameters, Beacon: at.RandomnessBeacon, Agreements: at.StorageAgreements,
                Proofs: at.PossessionProofs),
        new ListingBook.Deployment(Registry: at.ProviderRegistry, Agreements: at.StorageAgreements),
        new AgreementEscrow.Deployment(Token: at.StorageToken, Agreements: at.StorageAgreements),
        new StorageAgreements.Deployment(
            Token: at.StorageToken, Parameters: at.MarketplaceParameters, Beacon: at.RandomnessBeacon, Registry: at.ProviderRegistry,
            Listings: at.ListingBook, Escrow: at.AgreementEscrow, Proofs: at.PossessionProofs),
        new PossessionProofs.Deployment(
            Parameters: at.MarketplaceParameters, Registry: at.ProviderRegistry, Beacon: at.RandomnessBeacon,
                Agreements: at.StorageAgreements),
    ];
}
