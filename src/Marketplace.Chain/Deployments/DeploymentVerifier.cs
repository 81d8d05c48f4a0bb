using System.Globalization;
using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;
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

/// <summary>One question that a deployment was asked.</summary>
/// <param name="Subject">What was asked for, such as <c>StakeVault.escrow</c>.</param>
/// <param name="Expected">What the deployment says.</param>
/// <param name="Actual">What the chain says; null where there is no answer.</param>
/// <param name="IsRight">Whether they agree.</param>
/// <param name="Problem">One sentence where they do not.</param>
public sealed record DeploymentCheck(string Subject, string Expected, string? Actual, bool IsRight, string Problem);

/// <summary>
/// Compares a deployment with the chain: the chain id, that there is code, the clock, that each contract is bound to the others as the
/// deployment says, and who may do what in the timelock. It does not prove that the code is the market's: for that, deploy it or compare it
/// with a build.
/// </summary>
public static class DeploymentVerifier
{
    /// <exception cref="WrongChainException">The endpoint serves another chain.</exception>
    /// <exception cref="DeploymentMismatchException">Something differs; all differences are listed.</exception>
    public static async Task VerifyAsync(EthereumClient client, Deployment deployment, CancellationToken cancellationToken = default)
    {
        var wrong = (await CheckAsync(client, deployment, cancellationToken)).Where(check => !check.IsRight).ToList();
        if (wrong.Count > 0)
            throw new DeploymentMismatchException([.. wrong.Select(check => check.Problem)]);
    }

    /// <summary>Every check and what came of it. Where a contract is missing, nothing but the contracts is looked at.</summary>
    /// <exception cref="WrongChainException">The endpoint serves another chain.</exception>
    public static async Task<IReadOnlyList<DeploymentCheck>> CheckAsync(
        EthereumClient client, Deployment deployment, CancellationToken cancellationToken = default)
    {
        await client.RequireChainAsync(deployment.ChainId, cancellationToken);
        var checks = new List<DeploymentCheck>();
        foreach (var (name, address) in deployment.Contracts)
        {
            var size = (await client.GetCodeAsync(address, default, cancellationToken)).Length;
            checks.Add(new DeploymentCheck(
                name, $"a contract at {address}", size == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{size} bytes of code"), size > 0,
                $"There is no contract at {address}, where {name} should be."));
        }
        if (checks.Any(check => !check.IsRight))
            return checks;
        foreach (var (contract, name, call, expected) in MarketBindings.Of(deployment))
            checks.Add(Compare(name, expected, await AskAsync(client, contract, call, cancellationToken)));
        foreach (var (contract, name, call, expected) in MarketRoles.Of(deployment))
            checks.Add(Compare(name, expected, await AskAsync(client, contract, call, cancellationToken)));
        checks.AddRange(await CheckGrantsAsync(client, deployment, cancellationToken));
        checks.AddRange(await CheckClockAsync(client, deployment, cancellationToken));
        return checks;
    }

    /// <summary>Nobody else has a role: whoever has one was given it, which leaves an event.</summary>
    static async Task<IReadOnlyList<DeploymentCheck>> CheckGrantsAsync(
        EthereumClient client, Deployment deployment, CancellationToken cancellationToken)
    {
        var (others, untold) = await MarketRoles.FindGrantedAsync(client, deployment, cancellationToken);
        var checks = new List<DeploymentCheck>();
        foreach (var (contract, name, call, expected) in others)
            checks.Add(Compare(name, expected, await AskAsync(client, contract, call, cancellationToken)));
        checks.AddRange(untold.Select(name => new DeploymentCheck(
            $"{name}, by an event", string.Create(CultureInfo.InvariantCulture, $"since block {deployment.DeployBlock}"), null, false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}, but no event since block {deployment.DeployBlock} tells so: the deployment's block is too late, or the endpoint gives no events."))));
        return checks;
    }

    static async Task<IReadOnlyList<DeploymentCheck>> CheckClockAsync(
        EthereumClient client, Deployment deployment, CancellationToken cancellationToken)
    {
        var genesis = await AskAsync(client, deployment.MarketplaceParameters, new MarketplaceParameters.GenesisCall(), cancellationToken);
        var length = await AskAsync(client, deployment.MarketplaceParameters, new MarketplaceParameters.EpochLengthCall(), cancellationToken);
        return
        [
            CompareSeconds("MarketplaceParameters.genesis", "The genesis", (ulong)deployment.Genesis.ToUnixTimeSeconds(), genesis),
            CompareSeconds("MarketplaceParameters.epochLength", "The epoch length", (ulong)deployment.EpochLength.TotalSeconds, length),
        ];
    }

    static DeploymentCheck CompareSeconds(string subject, string what, ulong expected, ulong? actual) => new(
        subject, string.Create(CultureInfo.InvariantCulture, $"{expected} s"),
        actual is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value} s") : null, actual == expected,
        string.Create(CultureInfo.InvariantCulture, $"{what} is {actual} s instead of {expected} s."));

    static DeploymentCheck Compare<T>(string name, T expected, T? actual) where T : struct
    {
        var (wanted, found) = (Text(expected), actual is { } value ? Text(value) : null);
        return new DeploymentCheck(name, wanted, found, wanted == found, $"{name} is {found ?? "not there"} instead of {wanted}.");
    }

    static string Text<T>(T value) where T : struct => value switch
    {
        true => "yes",
        false => "no",
        _ => value.ToString()!,
    };

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
