using System.Numerics;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Activity;

/// <summary>Events of the chain as sentences about the account that they name.</summary>
public static class ActivityWords
{
    static readonly (ActivityKind Kind, Func<object, Address, string?> Tell)[] Tellers =
    [
        (ActivityKind.Agreements, Rented), (ActivityKind.Agreements, (happened, _) => Became(happened)), (ActivityKind.Proofs, Proven),
        (ActivityKind.Offers, (happened, _) => Offered(happened)), (ActivityKind.Votes, Voted), (ActivityKind.Stake, Staked), (ActivityKind.Money, Paid),
    ];

    /// <summary>What happened; null for what only accounts for something that another event tells.</summary>
    public static string? Of(object happened, Address account) => Tell(happened, account)?.Words;

    /// <summary>As <see cref="Of"/>, with what it has to do with.</summary>
    public static (ActivityKind Kind, string Words)? Tell(object happened, Address account)
    {
        foreach (var (kind, tell) in Tellers)
        {
            if (tell(happened, account) is { } words)
                return (kind, words);
        }
        return null;
    }

    /// <summary>Whether one event of a transaction tells another: what goes back when an agreement ends is credited with it.</summary>
    public static bool Tells(object happened, object other)
    {
        return other is AgreementEscrow.CreditedEvent credited && happened switch
        {
            StorageAgreements.AgreementTerminatedEvent e => IsOf(credited, e.Agreement, e.Refund),
            StorageAgreements.AgreementEndedEvent e => IsOf(credited, e.Agreement, e.Refund),
            StorageAgreements.AgreementVoidedEvent e => IsOf(credited, e.Agreement, e.Refund),
            _ => false,
        };

        static bool IsOf(AgreementEscrow.CreditedEvent credited, AgreementId agreement, BigInteger refund) =>
            credited.Key == (BigInteger)agreement.Value && credited.Amount == refund;
    }

    /// <summary>What one transaction did several times, in one sentence; null for what is better told one by one.</summary>
    /// <param name="happened">Of one kind; at least one.</param>
    /// <param name="account">Whose past it is.</param>
    public static string? OfMany(IReadOnlyList<object> happened, Address account) => happened[0] switch
    {
        StorageAgreements.AgreementProposedEvent e when e.Consumer == account =>
            $"{happened.Count} agreements were opened, {Sum<StorageAgreements.AgreementProposedEvent>(happened, one => one.Deposit)} into escrow",
        StorageAgreements.AgreementProposedEvent e => $"{Texts.Short(e.Consumer)} took {happened.Count} agreements",
        StorageAgreements.AgreementExtendedEvent =>
            $"{happened.Count} agreements were extended: {Sum<StorageAgreements.AgreementExtendedEvent>(happened, one => one.Deposit)} into escrow",
        StorageAgreements.AgreementTerminatedEvent =>
            $"{happened.Count} agreements were ended early; {Sum<StorageAgreements.AgreementTerminatedEvent>(happened, one => one.Refund)} went back",
        EgressVouchers.EgressDepositedEvent =>
            $"{Sum<EgressVouchers.EgressDepositedEvent>(happened, one => one.Amount)} set aside for reading {happened.Count} agreements",
        AgreementEscrow.CreditedEvent => $"{Sum<AgreementEscrow.CreditedEvent>(happened, one => one.Amount)} became this account’s to withdraw",
        _ => null,
    };

    static string? Rented(object happened, Address account) => happened switch
    {
        StorageAgreements.AgreementProposedEvent e when e.Consumer == account =>
            $"Agreement {e.Agreement} was opened with {Texts.Short(e.Provider)}: {Figures.Space(e.Space)} for {Times.Epochs(e.Term)}, "
                + $"{Amount(e.Deposit)} into escrow",
        StorageAgreements.AgreementProposedEvent e =>
            $"{Texts.Short(e.Consumer)} took agreement {e.Agreement}: {Figures.Space(e.Space)} for {Times.Epochs(e.Term)}",
        _ => null,
    };

    /// <summary>What became of an agreement, whoever is told.</summary>
    internal static string? Became(object happened) => happened switch
    {
        StorageAgreements.AgreementActivatedEvent e => $"Agreement {e.Agreement} was accepted, and runs from epoch {e.Start} on",
        StorageAgreements.AgreementDeclinedEvent e => $"Agreement {e.Agreement} was declined; its deposit went back",
        StorageAgreements.ProposalWithdrawnEvent e => $"Proposal {e.Agreement} was taken back; its deposit went back",
        StorageAgreements.AgreementExtendedEvent e =>
            $"Agreement {e.Agreement} was extended{(e.AddedSpace.Value > 0 ? $" by {Figures.Space(e.AddedSpace)}" : "")}, to the beginning of epoch {e.End}: "
                + $"{Amount(e.Deposit)} into escrow",
        StorageAgreements.AgreementTerminatedEvent e => $"Agreement {e.Agreement} was ended early, at the beginning of epoch {e.End}; {Amount(e.Refund)} went back",
        StorageAgreements.AgreementEndedEvent e => $"Agreement {e.Agreement} was closed; {Amount(e.Refund)} went back",
        StorageAgreements.AgreementVoidedEvent e => $"Agreement {e.Agreement} is void, since its provider failed an audit; {Amount(e.Refund)} went back",
        _ => null,
    };

    static string? Voted(object happened, Address account) => Decided(happened) ?? happened switch
    {
        MarketplaceGovernor.ProposalCreatedEvent => "A change was proposed",
        MarketplaceGovernor.VoteCastEvent e => $"{Amount(e.Weight)} voted {e.Support switch { 0 => "against", 1 => "for", _ => "neither for nor against" }} a proposal",
        StorageToken.DelegateChangedEvent e when e.ToDelegate == account => "This account casts its own votes",
        StorageToken.DelegateChangedEvent e when e.ToDelegate == Address.Zero => "Nobody casts this account’s votes",
        StorageToken.DelegateChangedEvent e => $"{Texts.Short(e.ToDelegate)} casts this account’s votes",
        _ => null,
    };

    /// <summary>What became of a proposal, whoever is told.</summary>
    internal static string? Decided(object happened) => happened switch
    {
        MarketplaceGovernor.ProposalQueuedEvent e => $"A proposal was accepted, and waits in the timelock{Until(e.EtaSeconds)}",
        MarketplaceGovernor.ProposalExecutedEvent => "A proposal was carried out: what it changes is in force",
        MarketplaceGovernor.ProposalCanceledEvent => "A proposal was taken back by who made it",
        _ => null,
    };

    static string? Offered(object happened) => happened switch
    {
        ProviderRegistry.ProviderRegisteredEvent e => $"Registered as a provider with {Texts.Name(e.Endpoint, 120)}",
        ProviderRegistry.ProviderUpdatedEvent e => $"The node is {Texts.Name(e.Endpoint, 120)} now",
        ListingBook.ListingPublishedEvent e =>
            $"Offer {e.Listing} was published: {Figures.Space(e.Terms.Available)} at {Amount(e.Terms.Price)} for a GiB and epoch",
        ListingBook.ListingChangedEvent e =>
            $"Offer {e.Listing} was changed: {Figures.Space(e.Terms.Available)} at {Amount(e.Terms.Price)} for a GiB and epoch",
        ListingBook.ListingWithdrawnEvent e => $"Offer {e.Listing} was withdrawn",
        _ => null,
    };

    static string? Proven(object happened, Address account) => happened switch
    {
        ProviderRegistry.EpochProvenEvent e => $"Epoch {e.Epoch} was proven",
        ProviderRegistry.EpochsMissedEvent e =>
            $"{Times.Epochs(e.Missed)} {(e.Missed == 1 ? "was" : "were")} missed up to epoch {e.Through}, {Figures.Whole(e.Forgiven)} of them forgiven",
        StakeVault.StakeSlashedEvent e => $"Slashed: {Amount(e.Staked + e.Unbonding)} of own stake, {Amount(e.Delegated + e.Undelegating)} of delegators’",
        StorageAudits.AuditDemandedEvent e => $"Audit {e.Audit} of agreement {e.Agreement} was demanded",
        DeclaredLosses.LossDeclaredEvent e when e.Provider == account => $"A loss in agreement {e.Agreement} was declared, at a cost of {Amount(e.Penalty)}",
        DeclaredLosses.LossDeclaredEvent e =>
            $"{Texts.Short(e.Provider)} declared that part of what it keeps in agreement {e.Agreement} is lost, which cost it {Amount(e.Penalty)}",
        _ => Cured(happened),
    };

    /// <summary>The end of a declared loss, whoever is told.</summary>
    internal static string? Cured(object happened) => happened switch
    {
        DeclaredLosses.LossCuredEvent e =>
            $"The loss in agreement {e.Agreement} was made good: its provider keeps what was signed without it, and is paid again from billing cycle {e.PaidFrom} on",
        DeclaredLosses.LossRestoredEvent e =>
            $"The loss in agreement {e.Agreement} was made good: its provider says that all is there again, and is paid from billing cycle {e.PaidFrom} on",
        _ => null,
    };

    static string? Staked(object happened, Address account) => happened switch
    {
        StakeVault.StakedEvent e => $"{Amount(e.Amount)} staked",
        StakeVault.UnstakeRequestedEvent e => $"{Amount(e.Amount)} of stake asked back, until epoch {e.ReleaseEpoch}",
        StakeVault.UnstakedEvent e => $"{Amount(e.Amount)} of stake taken out",
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
        StakeVault.CompensationPaidEvent e => $"Compensation of {Amount(e.Amount)} for agreement {e.Agreement}",
        EgressVouchers.EgressDepositedEvent e => $"{Amount(e.Amount)} set aside for reading agreement {e.Agreement}",
        _ => null,
    };

    /// <summary>Nothing for what no clock shows.</summary>
    static string Until(BigInteger seconds) =>
        seconds.Sign >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? " until " + Times.Moment(DateTimeOffset.FromUnixTimeSeconds((long)seconds)) : "";

    internal static string Sum<TEvent>(IReadOnlyList<object> happened, Func<TEvent, BigInteger> amount) =>
        Amount(happened.OfType<TEvent>().Aggregate(BigInteger.Zero, (sum, one) => sum + amount(one)));

    internal static string Amount(BigInteger units) =>
        units.Sign >= 0 && units <= (BigInteger)UInt128.MaxValue ? Figures.Tokens(new TokenAmount((UInt128)units), 6) : "an amount that cannot be";
}
