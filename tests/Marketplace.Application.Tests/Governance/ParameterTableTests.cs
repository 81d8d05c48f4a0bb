using Marketplace.Application.Governance;
using Marketplace.Chain.Parameters;
using Marketplace.Chain.Tests.Markets;

namespace Marketplace.Application.Tests.Governance;

/// <summary>The market's numbers as people write them; their bounds are the contract's, which is asked.</summary>
public sealed class ParameterTableTests : IAsyncLifetime
{
    static readonly string[] Amounts = [nameof(MarketParameters.StakePerGiB), nameof(MarketParameters.AuditBond)];

    MarketFixture chain = null!;

    async Task IAsyncLifetime.InitializeAsync() => chain = await MarketFixture.StartAsync();

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Bounds_AreTheContracts_ToTheLastUnit()
    {
        var market = new Chain.Market(chain.Connection, await chain.DeployGovernedAsync());
        var now = await market.Parameters.GetAsync();
        var limits = await new ReadParameterLimitsHandler(market).Handle(new ReadParameterLimits(), CancellationToken.None);
        foreach (var field in ParameterTable.ListFields(now, limits).Where(field => field.Name != nameof(MarketParameters.Treasury)))
        {
            var (least, most) = field.Allowed.Split(" to ") is [var first, var last] ? (first, last) : throw new InvalidOperationException(field.Allowed);
            foreach (var edge in new[] { least, most })
            {
                var taken = Assert.IsType<ParameterReading.Taken>(ParameterTable.Read(now, field.Name, edge, limits)).Parameters;
                Assert.Null(await ProposalCheck.RefusalOfAsync(market, market.Governance!, taken, CancellationToken.None));
                foreach (var (step, name) in Beyond(taken, field.Name, edge == most))
                    Assert.True(await ProposalCheck.RefusalOfAsync(market, market.Governance!, step, CancellationToken.None) is Proposing.Refused, $"{name} beyond {edge}");
            }
        }
    }

    /// <summary>One unit further, where there is one.</summary>
    static IEnumerable<(MarketParameters, string)> Beyond(MarketParameters at, string name, bool isUp)
    {
        var property = typeof(MarketParameters).GetProperty(name)!;
        object? further = (property.GetValue(at), isUp) switch
        {
            (uint value, true) => value + 1,
            (uint value and > 0, false) => value - 1,
            (ulong value, true) => value + 1,
            (ulong value and > 0, false) => value - 1,
            (ushort value, true) => (ushort)(value + 1),
            (TimeSpan value, true) => value + TimeSpan.FromSeconds(1),
            (TimeSpan value, false) when value > TimeSpan.FromSeconds(1) => value - TimeSpan.FromSeconds(1),
            (Core.Primitives.TokenAmount value, true) => new Core.Primitives.TokenAmount(value.Value + 1),
            _ => null,
        };
        if (further is null)
            yield break;
        var changed = at with { };
        property.SetValue(changed, further);
        yield return (changed, name);
    }

    [Fact]
    public async Task Values_AreReadAsTheyAreSaid()
    {
        var now = await chain.Market.Parameters.GetAsync();
        var limits = await new ReadParameterLimitsHandler(chain.Market).Handle(new ReadParameterLimits(), CancellationToken.None);
        foreach (var field in ParameterTable.ListFields(now, limits))
            Assert.Equal(new ParameterReading.Taken(now), ParameterTable.Read(now, field.Name.ToLowerInvariant(), field.Now, limits));
        foreach (var name in Amounts)
            Assert.IsType<ParameterReading.Refused>(ParameterTable.Read(now, name, "1.", limits));
        foreach (var text in new[] { "", "-1", "1e3", "1,5%", "101", "2.555%" })
            Assert.IsType<ParameterReading.Refused>(ParameterTable.Read(now, nameof(MarketParameters.ProtocolFeeBps), text, limits));
        Assert.IsType<ParameterReading.Refused>(ParameterTable.Read(now, nameof(MarketParameters.Treasury), "0x0000000000000000000000000000000000000000", limits));
        Assert.Null(ParameterTable.Read(now, "NoSuchNumber", "1", limits));
    }
}
