using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Cryptography;
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
}
