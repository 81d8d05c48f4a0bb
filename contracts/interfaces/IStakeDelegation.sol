// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementId, Epoch, Permit} from "../types/MarketplaceTypes.sol";

/// @title Stake that others put behind a provider, for a share of what it earns
/// @notice A provider's delegations are a pool of shares, whose value rises with earnings and falls with slashes; both hit a delegator for
/// the time in which it is in. Whoever leaves moves to a second pool, which earns nothing and can still be slashed, and waits there.
///
/// What holds a delegator in: after `unbondingEpochs` it can withdraw as soon as the rest of the provider's stake (of the provider, of its
/// delegators, and of all that are leaving) covers the space that agreements hold, and at the latest when the agreements are over that ran
/// when it asked. Otherwise a provider could rent out space, and free itself of what covers it through a delegator of its own. But stake
/// that is leaving covers no new reservation, in space or time, and so no provider can keep anybody in by agreements that it takes later.
///
/// Conversions round down, in favour of those who stay. Shares of a pool that was slashed to nothing are worth nothing for ever.
/// Shares can be counted anew, 2^20 to one, for all alike, when slashes left them worth next to nothing.
interface IStakeDelegation {
    /// @param open Whether the provider ever set a commission; before, it takes no delegations.
    /// @param bps The provider's share of what is earned on delegated stake, now.
    /// @param nextBps The share from `nextFrom` on; `bps` if no change was announced.
    /// @param nextFrom The epoch in which the announced change counts; 0 if none was.
    struct Commission {
        bool open;
        uint16 bps;
        uint16 nextBps;
        Epoch nextFrom;
    }

    /// @param shares Of the provider's pool.
    /// @param value Base units that `shares` would give if asked back now.
    /// @param undelegating Base units asked back; can still be slashed.
    /// @param releaseEpoch When they can be withdrawn, if the rest covers the provider's reservations.
    /// @param heldUntil The last epoch in which they can be held for these.
    struct Delegation {
        uint256 shares;
        uint256 value;
        uint256 undelegating;
        Epoch releaseEpoch;
        Epoch heldUntil;
    }

    /// @notice The commission is `bps` from `from` on.
    event CommissionSet(address indexed provider, uint16 bps, Epoch from);
    event Delegated(address indexed provider, address indexed delegator, uint256 amount, uint256 shares);
    /// @notice `shares` were asked back, worth `amount`; all that the delegator asked back is released in `releaseEpoch`, and held no
    /// longer than through `heldUntil`.
    event UndelegateRequested(
        address indexed provider,
        address indexed delegator,
        uint256 shares,
        uint256 amount,
        Epoch releaseEpoch,
        Epoch heldUntil
    );
    /// @notice What the delegator asked back is held no longer than through `heldUntil`, earlier than it seemed.
    event HoldShortened(address indexed provider, address indexed delegator, Epoch heldUntil);
    event Undelegated(address indexed provider, address indexed delegator, uint256 amount);
    /// @notice The delegators earned `amount`, which vests evenly until `vestedAt` (seconds since 1970), with all that is on its way.
    event EarningsAdded(address indexed provider, uint256 amount, uint64 vestedAt);
    /// @notice What the delegators earned went to the treasury, since none of them is there any more.
    event EarningsOrphaned(address indexed provider, uint256 amount);
    /// @notice A slash took all that a provider's delegators had in a pool; their shares in it are worth nothing any more.
    /// @param unvested Base units that were on their way to them, which go to the treasury.
    event PoolWipedOut(address indexed provider, uint256 unvested);

    error CommissionTooHigh(uint256 bps, uint256 maximum);
    /// @notice The provider never set a commission.
    error DelegationClosed(address provider);
    /// @notice The higher of the commission and the announced one is more than the delegator would bear.
    error CommissionAboveLimit(address provider, uint16 bps, uint16 limit);
    error TooFewShares(uint256 shares, uint256 minimum);
    /// @notice The provider's own part of its stake would fall below `minSelfStakeBps`.
    error SelfStakeTooSmall(address provider, uint256 staked, uint256 required);
    error NothingDelegated(address provider, address delegator);
    error NothingUndelegated(address provider, address delegator);
    error StillUndelegating(address provider, address delegator, Epoch releaseEpoch, Epoch currentEpoch);
    /// @notice Nothing of the delegator's is held for longer than through `heldUntil`, which is not after the end of all agreements.
    error HeldNoLonger(address provider, address delegator, Epoch heldUntil);
    error OnlyPayers(address caller);
    error NoEpochs(Epoch from, Epoch to);

    /// @notice Sets what the sender keeps of the earnings of stake delegated to it. At once while nobody has any shares; otherwise after
    /// `commissionNotice` epochs, in the place of any other change that does not count yet.
    /// @param bps At most 10,000.
    function setCommission(uint16 bps) external;

    /// @notice Puts tokens of the sender behind a provider.
    /// @param amount Base units; taken by transferFrom.
    /// @param maxCommissionBps The highest commission, in force or announced, that the sender would bear.
    /// @param minShares The fewest shares to take for it; protects against a pool that changed.
    /// @param permit Of the sender for the vault, or value 0 to use the allowance.
    /// @return shares Those that the sender got.
    function delegate(
        address provider,
        uint256 amount,
        uint16 maxCommissionBps,
        uint256 minShares,
        Permit calldata permit
    ) external returns (uint256 shares);

    /// @notice Takes the sender's shares out of the pool. Nobody can prevent it. A further request adds to the first and starts the wait of
    /// all anew. Earnings on their way stay with those who stay, or go to the provider's own stake if nobody does.
    /// @param shares More than the sender has means all of them.
    function requestUndelegate(address provider, uint256 shares) external;

    /// @notice Holds what a delegator asked back no longer than through the last agreement that holds the provider's space now, and an
    /// audit's window, where one that would have lasted longer was ended early. Anybody may call.
    /// @param all As for IProviderRegistry.shortenObligation, which this calls.
    function shortenHold(address provider, address delegator, AgreementId[] calldata all) external;

    /// @notice Pays out all that the sender asked back. The wait has to be over; and what remains has to cover the provider's reservations,
    /// unless the agreements are over that ran when the sender asked.
    function withdrawUndelegated(address provider) external;

    /// @notice Adds to what the delegators earned; it vests evenly over 30 epochs, so that nobody can join just before a settlement to skim
    /// it. Only StorageAgreements and EgressVouchers, which have credited the amount to the vault in escrow.
    function addEarnings(address provider, uint256 amount) external;

    /// @notice Withdraws to the vault what was credited to it in escrow. Anybody may call; payouts do by themselves where they need it.
    /// @return amount In token base units; 0 if there was nothing.
    function collect() external returns (uint256 amount);

    /// @notice The delegators' part of `net`, which a provider earned evenly in the epochs [from, to): in proportion to their stake, less
    /// the commission, as both were at each epoch's end; rounded down. What changes later does not change it. For epochs that are not over,
    /// as if nothing changed any more.
    /// @dev Earnings that vested since stake or delegations changed last are not counted as stake yet. Costs two binary searches among the
    /// epochs in which something changed.
    function earningsShare(address provider, uint256 net, Epoch from, Epoch to) external view returns (uint256);

    function commissionOf(address provider) external view returns (Commission memory);

    /// @notice A delegator's shares and what they are worth once the misses that nobody has counted yet are.
    function delegationOf(address provider, address delegator) external view returns (Delegation memory);

    /// @notice The shares that `amount` would give now: the misses that nobody has counted yet are counted before.
    function previewDelegate(address provider, uint256 amount) external view returns (uint256 shares);
}
