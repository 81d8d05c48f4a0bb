using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Following;
using Marketplace.Chain.Losses;
using Marketplace.Chain.Outbox;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Administration;
using Marketplace.Provider.Losses;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Audits;

/// <summary>
/// Answers audits of this provider as soon as they are seen, the most urgent first: with the leaf, with the later revision that the
/// consumer signed, or with the declared fragment around the leaf. Until an audit is over for good, nothing of its agreement is given up.
/// </summary>
public sealed partial class AuditService(
    AuditProjection projection,
    AuditBook book,
    LossBook losses,
    Market market,
    TransactionOutbox outbox,
    OutboxDispatcher dispatcher,
    NodeMetrics metrics,
    TimeProvider time,
    ILogger<AuditService> logger) : IChainObserver, IOutboxObserver
{
    const string AnswerKind = "audit";
    const string SupersedeKind = "supersede";

    /// <summary>Below proofs, whose window is shorter, until an audit's time runs out.</summary>
    const int Priority = 9, UrgentPriority = 11;

    /// <summary>What is left of an audit's time when it goes before proofs: an eighth.</summary>
    const int UrgentShare = 8;

    /// <summary>Blocks on top of an answer before what was audited may go: more than a reorganisation is expected to take back.</summary>
    const ulong KeepingDepth = 6;

    readonly RefusalPause pause = new(time);
    readonly HashSet<string> hopeless = new(StringComparer.Ordinal);
    volatile string? trouble;

    /// <summary>What audit cannot be answered, in a sentence; null if all can.</summary>
    public string? Trouble => trouble;

    /// <inheritdoc/>
    public async Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken)
    {
        if (!step.IsCaughtUp)
            return;
        var head = step.Position.Number;
        await book.HoldAsync(projection.ListAudited(head < KeepingDepth ? 0 : head - KeepingDepth), cancellationToken);
        string? unanswerable = null;
        foreach (var audit in projection.ListOpen())
        {
            if (step.Position.Timestamp > audit.Deadline || await TryAnswerAsync(audit, step.Position, cancellationToken))
                continue;
            unanswerable ??= $"Audit {audit.Id} of agreement {audit.Agreement} cannot be answered: its data is not as it was stored.";
        }
        trouble = unanswerable;
    }

    /// <inheritdoc/>
    public Task FinishedAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Kind is not (AnswerKind or SupersedeKind))
            return Task.CompletedTask;
        if (entry.State == OutboxState.Done)
            metrics.AuditAnswered();
        else if (entry.State == OutboxState.Failed)
            pause.Note(entry.Key);
        return Task.CompletedTask;
    }

    /// <summary>False if there is nothing that could be answered.</summary>
    async Task<bool> TryAnswerAsync(OpenAudit audit, ChainPosition head, CancellationToken cancellationToken)
    {
        var key = KeyOf(audit);
        if (pause.Covers(key) || outbox.Find(key) is { State: not (OutboxState.Failed or OutboxState.Expired) })
            return true;
        switch (book.Answer(audit.Agreement, audit.Revision, audit.Leaf, await FindExemptAsync(audit, head, cancellationToken)))
        {
            case AuditAnswer.Shown shown:
                Send(new OutboxRequest(AnswerKind, key, market.Audits.Answer(audit.Id, shown.LeafPart)), audit, head);
                return true;
            case AuditAnswer.Superseded { Newer: var newer }:
                var revision = new RevisionInfo(newer.Number, newer.DataRoot, newer.Weight);
                Send(
                    new OutboxRequest(SupersedeKind, key, market.Audits.Supersede(audit.Id, revision, newer.ConsumerSignature)), audit, head);
                return true;
            case AuditAnswer.Lost lost:
                await losses.NoteAsync(audit.Agreement, lost.Fragment, cancellationToken);
                if (hopeless.Add(key))
                    LogLost(audit.Id, audit.Agreement, lost.Fragment, audit.Deadline);
                return false;
            default:
                if (hopeless.Add(key))
                    LogNotKept(audit.Id, audit.Agreement, audit.Revision.Number, audit.Deadline);
                return false;
        }
    }

    async Task<IReadOnlySet<LostNode>> FindExemptAsync(OpenAudit audit, ChainPosition head, CancellationToken cancellationToken)
    {
        var lost = losses.List().Select(rotten => rotten.Node).Where(node => node.Agreement == audit.Agreement).ToList();
        return await market.Losses.FindExemptAsync(
            lost, market.Clock.EpochAt(audit.DemandedAt), BlockTag.At(head.Hash), cancellationToken);
    }

    void Send(OutboxRequest request, OpenAudit audit, ChainPosition head)
    {
        var isUrgent = audit.Deadline - head.Timestamp < (audit.Deadline - audit.DemandedAt) / UrgentShare;
        var added = outbox.Enqueue(request with
        {
            NotAfter = audit.Deadline, Priority = isUrgent ? UrgentPriority : Priority, IsIndependent = true, RepeatsFailed = true,
        });
        if (!added)
            return;
        LogAnswering(audit.Id, audit.Agreement, request.Kind);
        dispatcher.Wake();
    }

    /// <summary>
    /// Names what is demanded too: a reorganisation may give an audit's number to another one, which what answered the first does not answer.
    /// </summary>
    static string KeyOf(OpenAudit audit)
    {
        var demand = string.Create(
            CultureInfo.InvariantCulture,
            $"{audit.Agreement}:{audit.Revision.Number}:{audit.Revision.DataRoot}:{audit.Leaf}:{audit.Deadline.ToUnixTimeSeconds()}");
        var digest = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(demand));
        return $"{AnswerKind}:{audit.Id}:{Convert.ToHexStringLower(digest.AsSpan(0, 8))}";
    }

    [LoggerMessage(EventId = 2601, Level = LogLevel.Information, Message = "Answering audit {Audit} of agreement {Agreement} ({Kind})")]
    partial void LogAnswering(AuditId audit, AgreementId agreement, string kind);

    [LoggerMessage(
        EventId = 2602, Level = LogLevel.Critical,
        Message = "Audit {Audit} of agreement {Agreement} fails at {Deadline} unless fragment {Fragment} can be read again")]
    partial void LogLost(AuditId audit, AgreementId agreement, Hash256 fragment, DateTimeOffset deadline);

    [LoggerMessage(
        EventId = 2603, Level = LogLevel.Critical,
        Message = "Audit {Audit} of agreement {Agreement} fails at {Deadline}: the store does not hold revision {Revision} or a later one")]
    partial void LogNotKept(AuditId audit, AgreementId agreement, ulong revision, DateTimeOffset deadline);
}
