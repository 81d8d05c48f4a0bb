using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Deployments;

/// <summary>Who has a role in a timelock, or has to have none.</summary>
/// <param name="Contract">The timelock.</param>
/// <param name="Name">The question, for messages.</param>
/// <param name="Call">The question.</param>
/// <param name="Expected">The answer.</param>
sealed record MarketRole(Address Contract, string Name, IContractFunction<bool> Call, bool Expected);

/// <summary>
/// What a market under governance has to answer about power: the governor alone schedules and cancels, anybody executes, the timelock alone
/// gives roles. The roles are those of OpenZeppelin's TimelockController.
/// </summary>
static class MarketRoles
{
    static readonly Hash256 Admin = Hash256.Zero, Proposer = Keccak256.Hash("PROPOSER_ROLE"), Canceller = Keccak256.Hash("CANCELLER_ROLE"),
        Executor = Keccak256.Hash("EXECUTOR_ROLE");

    static readonly (Hash256 Id, string Power)[] Roles =
        [(Proposer, "schedules"), (Canceller, "cancels"), (Executor, "executes"), (Admin, "gives roles")];

    public static IEnumerable<MarketRole> Of(Deployment at)
    {
        if (at is not { MarketplaceTimelock: { } timelock, MarketplaceGovernor: { } governor })
            return [];
        return
        [
            Role("the governor schedules", Proposer, governor, true), Role("the governor cancels", Canceller, governor, true),
            Role("anybody executes", Executor, Address.Zero, true), Role("the timelock gives roles", Admin, timelock, true),
            Role("anybody schedules", Proposer, Address.Zero, false), Role("anybody cancels", Canceller, Address.Zero, false),
            Role("the governor gives roles", Admin, governor, false),
        ];

        MarketRole Role(string name, Hash256 role, Address holder, bool expected) =>
            new(timelock, $"MarketplaceTimelock: {name}", new MarketplaceTimelock.HasRoleCall(role, holder), expected);
    }

    /// <summary>
    /// Who was ever given a role of the timelock, by its events, and must not have it: nobody but those of <see cref="Of"/>. And those of them whose
    /// roles no event tells of, although the constructor gives them: without these the search missed others, too.
    /// </summary>
    public static async Task<(IReadOnlyList<MarketRole> Others, IReadOnlyList<string> Untold)> FindGrantedAsync(
        EthereumClient client, Deployment at, CancellationToken cancellationToken)
    {
        if (at is not { MarketplaceTimelock: { } timelock, MarketplaceGovernor: { } governor })
            return ([], []);
        var head = await client.GetBlockNumberAsync(cancellationToken);
        var events = await client.GetEventsAsync<MarketplaceTimelock.RoleGrantedEvent>(
            timelock, at.DeployBlock, head, cancellationToken: cancellationToken);
        var granted = events.Select(log => (log.Event.Role, log.Event.Account)).ToHashSet();
        (Hash256 Role, Address Account)[] meant = [(Proposer, governor), (Canceller, governor), (Executor, Address.Zero), (Admin, timelock)];
        return (
            [.. granted.Except(meant).Select(row => new MarketRole(
                timelock, $"MarketplaceTimelock: {row.Account} {PowerOf(row.Role)}", new MarketplaceTimelock.HasRoleCall(row.Role, row.Account), false))],
            [.. meant.Where(row => !granted.Contains(row)).Select(row => $"MarketplaceTimelock: {row.Account} {PowerOf(row.Role)}")]);
    }

    static string PowerOf(Hash256 role) => Roles.FirstOrDefault(row => row.Id == role).Power ?? $"has the role {role}";
}
