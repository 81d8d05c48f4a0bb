using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Following;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Agreements;

/// <summary>
/// Brings the ledger to what the chain says: new agreements are served at once, ended or vanished ones are left out of checkpoints once a
/// reorganisation is unlikely to revive them, and served again if one does.
/// </summary>
public sealed partial class AgreementSync(
    AgreementProjection projection, AgreementLedger ledger, Market market, MarketDomain domain, ILogger<AgreementSync> logger) : IChainObserver
{
    /// <summary>
    /// Blocks on top of an ending before its agreement is closed here, and blocks without an agreement before it counts as vanished: more
    /// than a reorganisation is expected to take back.
    /// </summary>
    const ulong ClosingDepth = 6;

    readonly Dictionary<AgreementId, ulong> missingSince = [];

    /// <inheritdoc/>
    public async Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken)
    {
        if (!step.IsCaughtUp)
            return;
        await TakeOverAsync(projection.ListChanged(), BlockTag.At(step.Position.Hash), cancellationToken);
        await CloseEndedAsync(step.Position.Number, cancellationToken);
        await CloseVanishedAsync(step.Position.Number, cancellationToken);
    }

    async Task TakeOverAsync(IReadOnlyList<AgreementId> changed, BlockTag at, CancellationToken cancellationToken)
    {
        if (changed.Count == 0)
            return;
        foreach (var agreement in await market.Agreements.GetManyAsync(changed, at, cancellationToken))
        {
            if (agreement.State is AgreementState.Active or AgreementState.Terminated)
                await ServeAsync(agreement, at, cancellationToken);
            projection.MarkSeen(agreement.Id);
        }
    }

    async Task ServeAsync(AgreementInfo agreement, BlockTag at, CancellationToken cancellationToken)
    {
        var known = ledger.Find(agreement.Id);
        if (known is { Revision.Number: > 0 } && !await IsOfThisConsumerAsync(known, agreement, at, cancellationToken))
        {
            await ledger.CloseAsync(agreement.Id, cancellationToken);
            LogNumberReused(agreement.Id, agreement.Consumer);
            return;
        }
        await ledger.RegisterAsync(
            new AgreementTerms(agreement.Id, agreement.DataKey, agreement.Space, agreement.Start, agreement.End), cancellationToken);
        if (known is { Closed: true } && !await ledger.ReopenAsync(agreement.Id, cancellationToken))
            LogNotReopened(agreement.Id);
        else
            LogServing(agreement.Id, agreement.Consumer, agreement.Space, agreement.End);
    }

    /// <summary>
    /// A reorganisation may give an agreement's number to somebody else. What the first one signed is then worth nothing on chain, and a
    /// checkpoint with it could not be proven.
    /// </summary>
    async Task<bool> IsOfThisConsumerAsync(StoredAgreement known, AgreementInfo agreement, BlockTag at, CancellationToken cancellationToken)
    {
        if (known.Terms.DataKey == agreement.DataKey)
            return true;
        var revision = new Revision(known.Terms.Id, known.Revision.Number, known.Revision.DataRoot, known.Revision.Weight);
        return Signature.TryRead(known.Revision.ConsumerSignature.Span, out var signature)
            && signature.TryRecover(revision.Digest(domain), out var signer)
            && await market.Agreements.IsDataKeyAsync(agreement.Id, signer, at, cancellationToken);
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

    /// <summary>An agreement that the chain does not know would make every checkpoint that holds it unprovable.</summary>
    async Task CloseVanishedAsync(ulong head, CancellationToken cancellationToken)
    {
        var missing = ledger.ListOpen().Select(agreement => agreement.Terms.Id).Where(id => !projection.Knows(id)).ToHashSet();
        foreach (var returned in missingSince.Keys.Where(id => !missing.Contains(id)).ToList())
            missingSince.Remove(returned);
        foreach (var id in missing)
        {
            if (missingSince.TryAdd(id, head) || head < missingSince[id] + ClosingDepth)
                continue;
            await ledger.CloseAsync(id, cancellationToken);
            missingSince.Remove(id);
            LogVanished(id);
        }
    }

    [LoggerMessage(EventId = 2201, Level = LogLevel.Information, Message = "Serving agreement {Agreement} of {Consumer}: {Space} GiB until epoch {End}")]
    partial void LogServing(AgreementId agreement, Address consumer, GiB space, Epoch end);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Information, Message = "Agreement {Agreement} has ended")]
    partial void LogClosed(AgreementId agreement);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Warning, Message = "Agreement {Agreement} is not on the chain any more since a reorganisation; it is left out")]
    partial void LogVanished(AgreementId agreement);

    [LoggerMessage(
        EventId = 2204, Level = LogLevel.Critical,
        Message = "Agreement {Agreement} was revived by a reorganisation, but its data was given up: it cannot be served")]
    partial void LogNotReopened(AgreementId agreement);

    [LoggerMessage(
        EventId = 2205, Level = LogLevel.Critical,
        Message = "Agreement {Agreement} belongs to another consumer ({Consumer}) since a reorganisation: it cannot be served")]
    partial void LogNumberReused(AgreementId agreement, Address consumer);
}
