using System.Numerics;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Activity;

/// <summary>Events of the chain as sentences about the account that they name.</summary>
public static class ActivityWords
{
    /// <summary>What happened; null for what only accounts for something that another event tells.</summary>
    public static string? Of(object happened, Address account) =>
        Rented(happened, account) ?? Provided(happened) ?? Staked(happened, account) ?? Paid(happened, account);

    static string? Rented(object happened, Address account) => happened switch
    {
        StorageAgreements.AgreementProposedEvent e when e.Consumer == account =>
            $"Agreement {e.Agreement} was opened with {Texts.Short(e.Provider)}: {Figures.Space(e.Space)} for {Figures.Whole(e.Term)} epochs, "
                + $"{Amount(e.Deposit)} into escrow",
        StorageAgreements.AgreementProposedEvent e =>
            $"{Texts.Short(e.Consumer)} took agreement {e.Agreement}: {Figures.Space(e.Space)} for {Figures.Whole(e.Term)} epochs",
        StakeVault.CompensationPaidEvent e => $"Compensation of {Amount(e.Amount)} for agreement {e.Agreement}",
        EgressVouchers.EgressDepositedEvent e => $"{Amount(e.Amount)} set aside for reading agreement {e.Agreement}",
        _ => null,
    };

    static string? Provided(object happened) => happened switch
    {
        ProviderRegistry.ProviderRegisteredEvent e => $"Registered as a provider with {Texts.Name(e.Endpoint, 120)}",
        ProviderRegistry.ProviderUpdatedEvent e => $"The node is {Texts.Name(e.Endpoint, 120)} now",
        ProviderRegistry.EpochProvenEvent e => $"Epoch {e.Epoch} was proven",
        ProviderRegistry.EpochsMissedEvent e =>
            $"{Figures.Whole(e.Missed)} epochs were missed up to epoch {e.Through}, {Figures.Whole(e.Forgiven)} of them forgiven",
        ListingBook.ListingPublishedEvent e =>
            $"Offer {e.Listing} was published: {Figures.Space(e.Terms.Available)} at {Amount(e.Terms.Price)} for a GiB and epoch",
        StorageAudits.AuditDemandedEvent e => $"Audit {e.Audit} of agreement {e.Agreement} was demanded",
        DeclaredLosses.LossDeclaredEvent e => $"A loss in agreement {e.Agreement} was declared, at a cost of {Amount(e.Penalty)}",
        _ => null,
    };

    static string? Staked(object happened, Address account) => happened switch
    {
        StakeVault.StakedEvent e => $"{Amount(e.Amount)} staked",
        StakeVault.UnstakeRequestedEvent e => $"{Amount(e.Amount)} of stake asked back, until epoch {e.ReleaseEpoch}",
        StakeVault.UnstakedEvent e => $"{Amount(e.Amount)} of stake taken out",
        StakeVault.StakeSlashedEvent e => $"Slashed: {Amount(e.Staked + e.Unbonding)} of own stake, {Amount(e.Delegated + e.Undelegating)} of delegators’",
        StakeVault.CommissionSetEvent e => $"Commission of {Figures.BasisPoints(e.Bps)} from epoch {e.From} on",
        StakeVault.DelegatedEvent e => e.Delegator == account
            ? $"{Amount(e.Amount)} put behind {Texts.Short(e.Provider)}" : $"{Texts.Short(e.Delegator)} put {Amount(e.Amount)} behind this provider",
        StakeVault.UndelegateRequestedEvent e => e.Delegator == account
            ? $"{Amount(e.Amount)} asked back from behind {Texts.Short(e.Provider)}" : $"{Texts.Short(e.Delegator)} asked {Amount(e.Amount)} back",
        StakeVault.UndelegatedEvent e => $"{Amount(e.Amount)} taken out from behind {Texts.Short(e.Provider)}",
        _ => null,
    };

    static string? Paid(object happened, Address account) => happened switch
    {
        AgreementEscrow.CreditedEvent e => $"{Amount(e.Amount)} became this account’s to withdraw",
        AgreementEscrow.WithdrawnEvent e when e.To == account => $"{Amount(e.Amount)} withdrawn from escrow",
        AgreementEscrow.WithdrawnEvent e => $"{Amount(e.Amount)} withdrawn from escrow into {Texts.Short(e.To)}",
        _ => null,
    };

    static string Amount(BigInteger units) =>
        units.Sign >= 0 && units <= (BigInteger)UInt128.MaxValue ? Figures.Tokens(new TokenAmount((UInt128)units), 6) : "an amount that cannot be";
}
