using Marketplace.Chain.Contracts;
using Marketplace.Cli.Devnet;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Cli.Demo;

/// <summary>Watches epochs go by, and what the providers did in them.</summary>
internal sealed class DemoEpochs(DevnetHost network, DemoNarrator narrator)
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    readonly List<DemoEpoch> all = [];

    public IReadOnlyList<DemoEpoch> All => all;

    /// <summary>Waits until an epoch has begun.</summary>
    public async Task WaitForAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        while (await network.Chain.Market.Parameters.GetCurrentEpochAsync(default, cancellationToken) < epoch)
            await Task.Delay(Look, cancellationToken);
    }

    /// <summary>Waits until an epoch is over, and notes who proved it.</summary>
    public async Task WatchAsync(Epoch epoch, IReadOnlyList<DevnetNode> alive, CancellationToken cancellationToken)
    {
        await WaitForAsync(epoch + 1, cancellationToken);
        var market = network.Chain.Market;
        var seed = await market.Beacon.GetAsync(epoch, default, cancellationToken);
        var proofs = await market.Client.GetEventsAsync<PossessionProofs.PossessionProvenEvent>(
            market.Proofs.Address, market.Deployment.DeployBlock, await market.Client.GetBlockNumberAsync(cancellationToken),
            PossessionProofs.PossessionProvenEvent.Filter(epoch: epoch), cancellationToken);
        var gas = new List<ulong>();
        foreach (var proof in proofs)
        {
            if (await market.Client.GetReceiptAsync(proof.Log.TransactionHash, cancellationToken) is { } receipt)
                gas.Add(receipt.GasUsed);
        }
        var seen = new DemoEpoch(epoch, seed.IsSealed, proofs.Count, alive.Count, gas.Count == 0 ? 0 : (ulong)gas.Average(value => (double)value));
        all.Add(seen);
        narrator.Say(seen.IsSealed
            ? $"Epoch {epoch}: {seen.Proven} of {seen.Alive} running providers proved everything they store, {seen.Gas:N0} gas each."
            : $"Epoch {epoch} was dormant: nobody sealed it in time, so nobody is paid for it and nobody is slashed.");
    }
}
