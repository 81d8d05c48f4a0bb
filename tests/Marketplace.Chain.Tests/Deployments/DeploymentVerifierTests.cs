using System.Text.Json.Nodes;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Tests.Deployments;

/// <summary>A governed market, of which one contract after the other gives one wrong answer.</summary>
public sealed class DeploymentVerifierTests : IAsyncLifetime
{
    /// <summary>Addresses that votes change.</summary>
    static readonly string[] NotWires = ["guardian", "treasury"];

    static readonly Address Elsewhere = Address.Parse("0x00000000000000000000000000000000000e15e0");

    static readonly Address Original = Address.Parse("0x0000000000000000000000000000000000c0de00");

    MarketFixture chain = null!;
    Deployment market = null!;

    public async Task InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        market = await chain.DeployGovernedAsync();
    }

    public async Task DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task EveryWire_ThatLeadsElsewhere_IsNamedAlone()
    {
        var addresses = market.Contracts.ToDictionary(contract => contract.Name, contract => contract.Address);
        var wires = AbiFiles.Entries("function")
            .Where(entry => entry is { Outputs: "address", DeclaredTypes: "" } && !NotWires.Contains(entry.Name) && entry.Contract != "DrandBeacon")
            .Select(entry => (Contract: entry.Contract == "BlockhashBeacon" ? "RandomnessBeacon" : entry.Contract, entry.Name, entry.Signature))
            .ToList();

        // All contracts but the token, which knows none, and the timelock, which knows its governor by a role.
        Assert.Equal(market.Contracts.Count - 2, wires.Select(wire => wire.Contract).Distinct().Count());
        foreach (var wire in wires)
        {
            var problem = Assert.Single(await FindProblemsAsync(addresses[wire.Contract], wire.Signature, WordOf(Elsewhere)));
            Assert.StartsWith($"{wire.Contract}.{wire.Name} is {Elsewhere} instead of ", problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("genesis()", "The genesis is 7 s instead of ")]
    [InlineData("epochLength()", "The epoch length is 7 s instead of ")]
    public async Task Clock_ThatGoesDifferently_IsNamedAlone(string question, string expected)
    {
        var seven = new byte[32];
        seven[31] = 7;

        var problem = Assert.Single(await FindProblemsAsync(market.MarketplaceParameters, question, seven));

        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "the governor schedules", "the governor cancels", "anybody executes", "the timelock gives roles")]
    [InlineData(1, "anybody schedules", "anybody cancels", "the governor gives roles")]
    public async Task Timelock_WhoseRolesAreNotTheGovernors_IsNamed_RoleByRole(byte lie, params string[] roles)
    {
        var word = new byte[32];
        word[31] = lie;

        var problems = await FindProblemsAsync(market.MarketplaceTimelock!.Value, "hasRole(bytes32,address)", word);

        var (actual, expected) = lie == 0 ? ("no", "yes") : ("yes", "no");
        Assert.Equal(roles.Select(role => $"MarketplaceTimelock: {role} is {actual} instead of {expected}."), problems);
    }

    /// <summary>Nobody asks for a stranger by name: only the events tell of it.</summary>
    [Theory]
    [InlineData("", "gives roles")]
    [InlineData("PROPOSER_ROLE", "schedules")]
    [InlineData("CANCELLER_ROLE", "cancels")]
    [InlineData("EXECUTOR_ROLE", "executes")]
    [InlineData("ANOTHER_ROLE", "has the role ")]
    public async Task StrangerWithARole_IsNamed_UntilItIsTaken(string role, string power)
    {
        var (timelock, id) = (market.MarketplaceTimelock!.Value, role.Length == 0 ? Hash256.Zero : Keccak256.Hash(role));
        await SendAsTimelockAsync(new MarketplaceTimelock.GrantRoleCall(id, Elsewhere));

        var mismatch = await Assert.ThrowsAsync<DeploymentMismatchException>(() => DeploymentVerifier.VerifyAsync(chain.Market.Client, market));
        Assert.StartsWith($"MarketplaceTimelock: {Elsewhere} {power}", Assert.Single(mismatch.Problems), StringComparison.Ordinal);

        await SendAsTimelockAsync(new MarketplaceTimelock.RevokeRoleCall(id, Elsewhere));
        await DeploymentVerifier.VerifyAsync(chain.Market.Client, market);

        async Task SendAsTimelockAsync(IContractCall call)
        {
            await chain.Market.Client.SendAsync("anvil_setBalance", [JsonValue.Create(timelock.ToString()), JsonValue.Create("0xde0b6b3a7640000")]);
            await chain.Market.Client.SendAsync("anvil_impersonateAccount", [JsonValue.Create(timelock.ToString())]);
            await chain.Market.Client.SendAsync(
                "eth_sendTransaction",
                [new JsonObject { ["from"] = timelock.ToString(), ["to"] = timelock.ToString(), ["data"] = RpcParameters.Bytes(call.Encode()) }]);
        }
    }

    [Fact]
    public async Task DeploymentWhoseBlockIsTooLate_IsNamed_SinceItHidesWhoWasGivenRoles()
    {
        await chain.MineAsync();
        var late = market with { DeployBlock = await chain.Market.Client.GetBlockNumberAsync() };

        var mismatch = await Assert.ThrowsAsync<DeploymentMismatchException>(
            () => DeploymentVerifier.VerifyAsync(chain.Market.Client, late));

        Assert.Equal(4, mismatch.Problems.Count);
        Assert.All(mismatch.Problems, problem => Assert.Contains("the deployment's block is too late", problem));
    }

    [Fact]
    public async Task EveryContract_WithoutCode_IsNamedAlone()
    {
        foreach (var (name, address) in market.Contracts)
        {
            var code = await chain.Market.Client.GetCodeAsync(address);
            await SetCodeAsync(address, []);
            var mismatch = await Assert.ThrowsAsync<DeploymentMismatchException>(() => DeploymentVerifier.VerifyAsync(chain.Market.Client, market));
            Assert.Equal($"There is no contract at {address}, where {name} should be.", Assert.Single(mismatch.Problems));
            await SetCodeAsync(address, code.ToArray());
        }
        await DeploymentVerifier.VerifyAsync(chain.Market.Client, market);
    }

    async Task<IReadOnlyList<string>> FindProblemsAsync(Address contract, string question, byte[] lie)
    {
        var code = await chain.Market.Client.GetCodeAsync(contract);
        await SetCodeAsync(Original, code.ToArray());
        await SetCodeAsync(contract, Liar(Keccak256.Hash(question).ToArray()[..4], lie));
        var mismatch = await Assert.ThrowsAsync<DeploymentMismatchException>(() => DeploymentVerifier.VerifyAsync(chain.Market.Client, market));
        await SetCodeAsync(contract, code.ToArray());
        return mismatch.Problems;
    }

    /// <summary>Code that answers one function with one word, and all others as <see cref="Original"/>'s code would in its place.</summary>
    static byte[] Liar(byte[] selector, byte[] lie) =>
    [
        .. Convert.FromHexString("5f3560e01c63"), .. selector, .. Convert.FromHexString("14603b57"), // if the selector is this, go to 0x3b
        .. Convert.FromHexString("365f5f37" + "5f5f365f73"), .. Original.ToArray(), .. Convert.FromHexString("5af4"), // delegatecall
        .. Convert.FromHexString("3d5f5f3e" + "603757" + "3d5ffd" + "5b3d5ff3"), // what came back: reverted, or returned (0x37)
        .. Convert.FromHexString("5b7f"), .. lie, .. Convert.FromHexString("5f5260205ff3"), // return the lie
    ];

    static byte[] WordOf(Address address) => [.. new byte[12], .. address.ToArray()];

    Task SetCodeAsync(Address contract, byte[] code) => chain.Market.Client.SendAsync(
        "anvil_setCode", [JsonValue.Create(contract.ToString()), RpcParameters.Bytes(code)]);
}
