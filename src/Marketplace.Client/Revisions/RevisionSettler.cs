using Marketplace.Client.Catalog;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Revisions;

/// <summary>
/// Brings a pending revision to its provider until it is countersigned or refused. Posting is repeatable, so that a lost or late answer
/// changes nothing:
/// whatever the provider then says its current revision is decides, if the signatures are right.
/// </summary>
/// <param name="catalog">Holds the pending revision already.</param>
/// <param name="domain">The market.</param>
/// <param name="dataKey">The address of the vault's data key.</param>
/// <param name="time">The clock.</param>
public sealed class RevisionSettler(CatalogDatabase catalog, MarketDomain domain, Address dataKey, TimeProvider time)
{
    const int Attempts = 3;

    /// <summary>Settles one agreement's pending revision; a provider that is away decides in a later run.</summary>
    public Task<RevisionOutcome> SettleAsync(IAgreementChannel channel, PendingRevision pending, CancellationToken cancellationToken) =>
        SettleAsync(channel, pending, TimeSpan.Zero, cancellationToken);

    /// <summary>Settles one agreement's pending revision.</summary>
    /// <param name="channel">The provider.</param>
    /// <param name="pending">The revision.</param>
    /// <param name="patience">How long a provider that is away is tried again.</param>
    /// <param name="cancellationToken">Ends the wait; the revision stays pending.</param>
    public async Task<RevisionOutcome> SettleAsync(
        IAgreementChannel channel, PendingRevision pending, TimeSpan patience, CancellationToken cancellationToken)
    {
        var request = new RevisionRequest(
            pending.Revision.Number, pending.Revision.DataRoot, pending.Revision.Weight, pending.Signature,
            [.. pending.Changes.Select(change => new SlotChange(change.Slot, change.Root))]);
        var outage = new Outage(patience, time);
        for (var attempt = 1; ; attempt++)
        {
            var (outcome, failure, isSilent) = await TryAsync(channel, pending, request, cancellationToken);
            if (outcome is not null)
                return outcome;
            if ((isSilent || attempt >= Attempts) && !await outage.WaitAsync(failure!, cancellationToken))
                return new RevisionOutcome.Unsettled(failure!);
        }
    }

    /// <summary>What came of it, or why it is to be tried again, and whether the provider does not even say what its revision is.</summary>
    async Task<(RevisionOutcome? Outcome, ProviderFailure? Failure, bool IsSilent)> TryAsync(
        IAgreementChannel channel, PendingRevision pending, RevisionRequest request, CancellationToken cancellationToken)
    {
        var answer = await channel.PostRevisionAsync(request, cancellationToken);
        if (answer.TryGet(out var message, out var failure))
            return (Accept(channel, pending, message.Signature), null, false);
        if (IsFinal(failure.Code))
            return (Forget(pending, failure), null, false);
        var current = failure.Current;
        if (current is null && !(await channel.GetRevisionAsync(cancellationToken)).TryGet(out current, out var silence))
            return (null, silence, true);
        return (Judge(channel, pending, current), failure, false);
    }

    /// <summary>What the provider's current revision means for the pending one; null when it has not been applied and can be sent
    /// again.</summary>
    RevisionOutcome? Judge(IAgreementChannel channel, PendingRevision pending, RevisionMessage message)
    {
        var agreement = channel.Agreement;
        var current = message.RevisionOf(agreement);
        if (current == pending.Revision)
            return message.Countersignature is { } signature
                ? Accept(channel, pending, signature)
                : new RevisionOutcome.Unsettled(ProviderFailure.Lie("The provider shows the revision without its signature."));
        var known = catalog.Read(read => read.FindAgreement(agreement))!.Revision;
        if (current == known)
            return null;
        if (current.Number < pending.Revision.Number)
            return new RevisionOutcome.Unsettled(ProviderFailure.Lie(
                $"The provider signed revision {known.Number} and now shows revision {current.Number} with other contents."));
        return message.Signature is { } ours && current.IsSignedBy(domain, dataKey, ours)
            ? Forget(pending, new ProviderFailure(
                FailureKind.Refused, "The agreement was changed from another device with this vault; run 'recover' there or here first.",
                    RefusalCode.RevisionConflict))
            : new RevisionOutcome.Unsettled(
                ProviderFailure.Lie($"The provider shows revision {current.Number}, which this vault never signed."));
    }

    RevisionOutcome Accept(IAgreementChannel channel, PendingRevision pending, Ethereum.Cryptography.Signature signature)
    {
        if (!pending.Revision.IsSignedBy(domain, channel.Provider.Operator, signature))
            return new RevisionOutcome.Unsettled(
                ProviderFailure.Lie("The countersignature is not by the provider's registered operator key."));
        catalog.Write(change => change.Settle(pending.Revision.Agreement, signature, time.GetUtcNow()));
        return new RevisionOutcome.Countersigned();
    }

    RevisionOutcome.Refused Forget(PendingRevision pending, ProviderFailure failure)
    {
        catalog.Write(change => change.RemovePending(pending.Revision.Agreement));
        return new RevisionOutcome.Refused(failure);
    }

    /// <summary>Whether the provider has looked at the revision and will never take it as it is.</summary>
    static bool IsFinal(RefusalCode code) => code is RefusalCode.BadRequest or RefusalCode.TooLarge or RefusalCode.QuotaExceeded
        or RefusalCode.OutOfSpace or RefusalCode.FragmentNotStored or RefusalCode.SlotOccupied or RefusalCode.SlotEmpty
        or RefusalCode.DataRootMismatch or RefusalCode.BadSignature or RefusalCode.AgreementNotActive or RefusalCode.UnknownAgreement;
}
