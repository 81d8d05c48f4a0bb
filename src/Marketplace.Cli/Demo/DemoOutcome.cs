using Marketplace.Chain;
using Marketplace.Cli.Devnet;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Demo;

/// <summary>Reads from the chain how each provider came out of it.</summary>
internal sealed class DemoOutcome(DevnetHost network, Market market)
{
    public async Task<IReadOnlyList<DemoProvider>> ReadAsync(
        IReadOnlyList<AgreementId> agreements, IReadOnlySet<Address> killed, IReadOnlyDictionary<AgreementId, TokenAmount> compensated,
        CancellationToken cancellationToken)
    {
        var read = await market.Agreements.GetManyAsync(agreements, default, cancellationToken);
        var byProvider = read.ToDictionary(agreement => agreement.Provider);
        var outcome = new List<DemoProvider>();
        foreach (var node in network.Nodes)
        {
            var agreement = byProvider[node.Owner];
            var proven = await market.Registry.CountProvenAsync(node.Owner, agreement.Start, agreement.End, default, cancellationToken);
            var record = await market.Registry.GetTrackRecordAsync(node.Owner, default, cancellationToken);
            outcome.Add(new DemoProvider(
                node.Name, node.Owner, killed.Contains(node.Owner), agreement.Id, proven, record.Missed, agreement.Deposited, agreement.Paid, agreement.Refunded,
                record.Slashed, compensated.GetValueOrDefault(agreement.Id)));
        }
        return outcome;
    }
}
