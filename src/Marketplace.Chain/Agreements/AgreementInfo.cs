using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Agreements;

/// <summary>What an agreement is now. The numbers are the contract's.</summary>
public enum AgreementState : byte
{
    /// <summary>There is no such agreement.</summary>
    None = 0,

    /// <summary>Waits for the provider's answer.</summary>
    Proposed = 1,

    /// <summary>The provider said no; the deposit is the consumer's again.</summary>
    Declined = 2,

    /// <summary>The consumer took the proposal back.</summary>
    Withdrawn = 3,

    /// <summary>Runs, or its term is over and it is not closed.</summary>
    Active = 4,

    /// <summary>Ended early by the consumer; runs through its notice.</summary>
    Terminated = 5,

    /// <summary>Closed; nothing is held for it.</summary>
    Ended = 6,

    /// <summary>The provider failed an audit; nothing is held for it.</summary>
    Voided = 7,
}

/// <summary>What a consumer asks for.</summary>
/// <param name="Listing">The offer.</param>
/// <param name="Space">To rent.</param>
/// <param name="Term">Epochs to rent for.</param>
/// <param name="DataKey">Signs revisions and transfer sessions.</param>
/// <param name="MaxDeposit">The most that may be taken; protects against a price that changed.</param>
/// <param name="MaxEgressPrice">The most that reading a GiB may cost; protects against such a price that changed.</param>
public sealed record AgreementRequest(
    ListingId Listing, GiB Space, ulong Term, Address DataKey, TokenAmount MaxDeposit, TokenAmount MaxEgressPrice);

/// <summary>What a consumer adds to an agreement; space or term, or both, is more than nothing.</summary>
/// <param name="Listing">
/// The offer whose price holds for what is added: another one of the same provider, or null for the agreement's own. It has to accept
/// automatically.
/// </param>
/// <param name="Space">Added; can be used at once.</param>
/// <param name="Term">Epochs added to the end.</param>
/// <param name="MaxDeposit">The most that may be taken; protects against a price that changed.</param>
public sealed record AgreementExtension(ListingId? Listing, GiB Space, ulong Term, TokenAmount MaxDeposit);

/// <summary>What an agreement costs from an epoch on, until the next step or its end.</summary>
/// <param name="From">The first epoch.</param>
/// <param name="Rate">For an epoch and all of the space.</param>
public sealed record AgreementRate(Epoch From, TokenAmount Rate);

/// <summary>An agreement with the terms that it was opened with.</summary>
public sealed record AgreementInfo
{
    /// <summary>Its number.</summary>
    public required AgreementId Id { get; init; }

    /// <summary>Who rents.</summary>
    public required Address Consumer { get; init; }

    /// <summary>Whose space; a provider is known by its owner's address.</summary>
    public required Address Provider { get; init; }

    /// <summary>The current data key.</summary>
    public required Address DataKey { get; init; }

    /// <summary>What it is now.</summary>
    public required AgreementState State { get; init; }

    /// <summary>The offer it was opened under, or was moved to by an extension.</summary>
    public required ListingId Listing { get; init; }

    /// <summary>Rented.</summary>
    public required GiB Space { get; init; }

    /// <summary>First payable epoch; meaningless before it is active.</summary>
    public required Epoch Start { get; init; }

    /// <summary>The epoch after the last payable one.</summary>
    public required Epoch End { get; init; }

    /// <summary>Epochs from start to end, as agreed with the opening and all extensions.</summary>
    public required ulong Term { get; init; }

    /// <summary>Epochs that are paid together.</summary>
    public required ulong BillingCycle { get; init; }

    /// <summary>Epochs after the end in which cycles can still be collected.</summary>
    public required ulong SettlementGrace { get; init; }

    /// <summary>Epochs that stay payable after an early end.</summary>
    public required ulong TerminationNotice { get; init; }

    /// <summary>Hundredths of a percent of each payout that go to the treasury.</summary>
    public required ushort ProtocolFeeBps { get; init; }

    /// <summary>For a GiB and an epoch, of the opening or the latest extension.</summary>
    public required TokenAmount Price { get; init; }

    /// <summary>For a GiB read.</summary>
    public required TokenAmount EgressPrice { get; init; }

    /// <summary>Taken from the consumer.</summary>
    public required TokenAmount Deposited { get; init; }

    /// <summary>Of the deposit, what became the provider's and the treasury's.</summary>
    public required TokenAmount Paid { get; init; }

    /// <summary>Of the deposit, what became the consumer's again.</summary>
    public required TokenAmount Refunded { get; init; }

    /// <summary>Of the deposit, what is neither paid nor refunded.</summary>
    public required TokenAmount Remaining { get; init; }

    /// <summary>The billing cycle that an epoch is in; the time before the start counts as the first.</summary>
    public ulong CycleOf(Epoch epoch) => epoch <= Start ? 0 : (epoch.Value - Start.Value) / BillingCycle;

    /// <summary>Whether the provider is bound to keep the consumer's data in this epoch.</summary>
    public bool BindsIn(Epoch epoch) => State is AgreementState.Active or AgreementState.Terminated && epoch < End;
}

/// <summary>Which checkpoint a cycle's settlement has to show.</summary>
/// <param name="IsReady">Whether the cycle can be settled now.</param>
/// <param name="ProvenEpochs">Proven epochs in it; with none, no inclusion is needed and all of it is refunded.</param>
/// <param name="Drawn">The epoch whose checkpoint is to be shown.</param>
public sealed record SettlementTurn(bool IsReady, ulong ProvenEpochs, Epoch Drawn);
