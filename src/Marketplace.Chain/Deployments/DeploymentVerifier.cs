using System.Globalization;
using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Deployments;

/// <summary>What is on the chain is not what the deployment says.</summary>
public sealed class DeploymentMismatchException(IReadOnlyList<string> problems)
    : Exception($"The deployment does not fit the chain: {string.Join(" ", problems)}")
{
    /// <summary>One sentence for each difference.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>
/// Compares a deployment with the chain: the chain id, that there is code, the clock, and that each contract is bound to the others as the
/// deployment says, the timelock to the governor. It does not prove that the code is the market's: for that, deploy it or compare it with a build.
/// </summary>
public static class DeploymentVerifier
{
    /// <exception cref="WrongChainException">The endpoint serves another chain.</exception>
    /// <exception cref="DeploymentMismatchException">Something differs; all differences are listed.</exception>
    public static async Task VerifyAsync(EthereumClient client, Deployment deployment, CancellationToken cancellationToken = default)
    {
        await client.RequireChainAsync(deployment.ChainId, cancellationToken);
        var problems = new List<string>();
        foreach (var (name, address) in deployment.Contracts)
        {
            if ((await client.GetCodeAsync(address, default, cancellationToken)).Length == 0)
                problems.Add($"There is no contract at {address}, where {name} should be.");
        }
        if (problems.Count == 0)
        {
            foreach (var (contract, name, call, expected) in MarketBindings.Of(deployment))
            {
                if (await AskAsync(client, contract, call, cancellationToken) is var actual && actual != expected)
                    problems.Add($"{name} is {actual?.ToString() ?? "not there"} instead of {expected}.");
            }
            await VerifyGovernorAsync(client, deployment, problems, cancellationToken);
            await VerifyClockAsync(client, deployment, problems, cancellationToken);
        }
        if (problems.Count > 0)
            throw new DeploymentMismatchException(problems);
    }

    static async Task VerifyGovernorAsync(EthereumClient client, Deployment deployment, List<string> problems, CancellationToken cancellationToken)
    {
        if (deployment is not { MarketplaceTimelock: { } timelock, MarketplaceGovernor: { } governor })
            return;
        var proposes = new MarketplaceTimelock.HasRoleCall(Keccak256.Hash("PROPOSER_ROLE"), governor);
        if (await AskAsync(client, timelock, proposes, cancellationToken) != true)
            problems.Add($"The governor is not the timelock's: {timelock} takes nothing from {governor}.");
    }

    static async Task VerifyClockAsync(EthereumClient client, Deployment deployment, List<string> problems,
        CancellationToken cancellationToken)
    {
        var genesis = await AskAsync(client, deployment.MarketplaceParameters, new MarketplaceParameters.GenesisCall(), cancellationToken);
        var length = await AskAsync(client, deployment.MarketplaceParameters, new MarketplaceParameters.EpochLengthCall(),
            cancellationToken);
        Compare("The genesis", genesis, (ulong)deployment.Genesis.ToUnixTimeSeconds());
        Compare("The epoch length", length, (ulong)deployment.EpochLength.TotalSeconds);

        void Compare(string what, ulong? actual, ulong expected)
        {
            if (actual != expected)
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{what} is {actual} s instead of {expected} s."));
        }
    }

    /// <summary>Null where the contract does not answer such a question.</summary>
    static async Task<T?> AskAsync<T>(EthereumClient client, Address contract, IContractFunction<T> call,
        CancellationToken cancellationToken) where T : struct
    {
        try
        {
            return await client.CallAsync(contract, call, cancellationToken: cancellationToken);
        }
        catch (Exception refusal) when (refusal is AbiDecodingException or CallRevertedException or ContractErrorException)
        {
            return null;
        }
    }
}
