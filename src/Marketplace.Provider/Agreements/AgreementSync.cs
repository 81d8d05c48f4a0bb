using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Following;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Agreements;

/// <summary>Brings the ledger to what the chain says: new agreements are served at once, ended ones once a reorganisation is unlikely to revive them.</summary>
public sealed partial class AgreementSync(
    AgreementProjection projection, AgreementLedger ledger, EthereumClient client, Deployment deployment, ILogger<AgreementSync> logger) : IChainObserver
{
    /// <summary>Blocks on top of an ending before its agreement is closed here: more than a reorganisation is expected to take back.</summary>
    const ulong ClosingDepth = 6;


    /// <inheritdoc/>
    public async Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken)
    {
        if (!step.IsCaughtUp)
            return;
        foreach (var agreement in projection.ListChanged())
            await TakeOverAsync(agreement, BlockTag.At(step.Position.Hash), cancellationToken);
        await CloseEndedAsync(step.Position.Number, cancellationToken);
    }

    async Task TakeOverAsync(AgreementId id, BlockTag at, CancellationToken cancellationToken)
    {
        var agreement = await client.CallAsync(deployment.StorageAgreements, new StorageAgreements.AgreementCall(id), at, cancellationToken: cancellationToken);
        if (agreement.State is AgreementState.Active or AgreementState.Terminated)
        {
            await ledger.RegisterAsync(new AgreementTerms(id, agreement.DataKey, agreement.Space, agreement.Start, agreement.End), cancellationToken);
            LogServing(id, agreement.Consumer, agreement.Space, agreement.End);
        }
        projection.MarkSeen(id);
    }

    async Task CloseEndedAsync(ulong head, CancellationToken cancellationToken)
    {
        if (head < ClosingDepth)
            return;
        var ended = projection.ListEnded(head - ClosingDepth).ToHashSet();
        foreach (var agreement in ledger.ListOpen().Where(agreement => ended.Contains(agreement.Terms.Id)))
        {
            await ledger.CloseAsync(agreement.Terms.Id, cancellationToken);
            LogClosed(agreement.Terms.Id);
        }
    }

    [LoggerMessage(EventId = 2201, Level = LogLevel.Information, Message = "Serving agreement {Agreement} of {Consumer}: {Space} GiB until epoch {End}")]
    partial void LogServing(AgreementId agreement, Address consumer, GiB space, Epoch end);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Information, Message = "Agreement {Agreement} has ended")]
    partial void LogClosed(AgreementId agreement);
}
