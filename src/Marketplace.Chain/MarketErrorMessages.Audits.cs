using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Chain;

public static partial class MarketErrorMessages
{
    static string? OfReading(IContractError error) => error switch
    {
        AmountIsZeroUint256Error e => $"The amount for agreement {e.Agreement} is zero; name a larger one.",
        NothingDepositedError => "No agreement to pay for was named; name at least one.",
        LengthsDifferError e => $"There are {e.Agreements} agreements but {e.Amounts} amounts; give one for each.",
        VoucherNotSignedError e =>
            $"The voucher for agreement {e.Agreement} is signed by {e.Signer}, which never was its data key; use the consumer's own signature.",
        NothingToRedeemError e =>
            $"Of {Tokens(e.Cumulative)} for reading from agreement {e.Agreement}, {Tokens(e.Redeemed)} are paid and {Tokens(e.Covered)} were deposited; wait for a higher voucher or a further deposit.",
        NothingToReclaimError e => $"Nothing is left of the deposit for reading from agreement {e.Agreement}; there is nothing to do.",
        RedemptionOpenError e =>
            $"Vouchers for agreement {e.Agreement} can be redeemed until epoch {e.LastEpoch}, now it is {e.CurrentEpoch}; reclaim the rest afterwards.",
        _ => null,
    };

    static string? OfAudits(IContractError error) => error switch
    {
        UnknownAuditError e => $"There is no audit {e.Audit}; look its number up.",
        AuditNotOpenError e => $"Audit {e.Audit} is {e.State}; there is nothing left to do.",
        AuditOpenError e => $"Audit {e.Audit} of agreement {e.Agreement} is still open; wait until it is answered or concluded.",
        LeafOutOfRangeError e => $"The revision has {e.Weight} leaves, numbered from 0; there is no leaf {e.Leaf}.",
        StaleRevisionError e =>
            $"The provider of agreement {e.Agreement} showed revision {e.Acknowledged} on chain; audit that or a later one, not {e.Number}.",
        NotCountersignedError e =>
            $"Revision {e.Number} of agreement {e.Agreement} is signed by {e.Signer}, which never was the provider's operator; use a revision that the provider countersigned.",
        TooLateToAuditError e =>
            $"An answer would be due at {Time(e.Deadline)}, after agreement {e.Agreement} ends at {Time(e.EndsAt)}; extend the agreement first.",
        DeadlinePassedError e => $"Audit {e.Audit} could be answered until {Time(e.Deadline)}; now it can only be concluded.",
        DeadlineNotPassedError e => $"Audit {e.Audit} can still be answered until {Time(e.Deadline)}; conclude it afterwards.",
        NotAuditedProviderError e => $"Only the provider of audit {e.Audit} can do this, not {e.Caller}; use its owner or operator key.",
        NotNewerError e => $"Revision {e.Number} does not supersede revision {e.Audited} of audit {e.Audit}; show a later one.",
        AgreementNotRunningError e => $"Agreement {e.Agreement} does not run; this can be done only while it does.",
        LossInvalidError e =>
            $"Revision {e.Revision} of agreement {e.Agreement} has no node of {e.Leaves} leaves; give a fragment's root and leaves.",
        AlreadyDeclaredError e => $"This loss in revision {e.Revision} of agreement {e.Agreement} is declared already; there is nothing to do.",
        NothingToCureError e => $"No declared loss suspends the pay of agreement {e.Agreement}; there is nothing to do.",
        RevisionStillLossyError e =>
            $"Revision {e.Revision} of agreement {e.Agreement} is not later than revision {e.NewestLossy}, in which a loss is declared; show a later one.",
        _ => null,
    };
}
