// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementId, Epoch, GiB, Permit} from "../types/MarketplaceTypes.sol";
import {ICompensation} from "./ICompensation.sol";
import {IStakeDelegation} from "./IStakeDelegation.sol";

/// @title Holds all stake, and shares out what is slashed
/// @notice Behind each provider lie four pots: its own stake, what it asked back of it, its delegators' stake, and what they asked back.
/// A slash takes from all four in proportion. Whoever moves stake has the provider's misses counted first, so that everybody bears the
/// slashes of the time in which they were in. The balance, with what escrow holds for the vault, is always at least `totalLiabilities`.
interface IStakeVault is IStakeDelegation, ICompensation {
    /// @notice What lies behind a provider in token base units, as it stands with all misses counted until now.
    /// @param staked The provider's own; covers reservations.
    /// @param unbonding The provider's own, asked back; can still be slashed.
    /// @param releaseEpoch When the unbonding stake can be withdrawn, if the rest covers the reservations.
    /// @param delegated Its delegators'; covers reservations, can be slashed.
    /// @param undelegating Its delegators', asked back; can still be slashed.
    /// @param unvested Earned by its delegators and on its way to them; covers nothing, cannot be slashed.
    /// @param reserved Space that agreements hold.
    struct Stake {
        uint256 staked;
        uint256 unbonding;
        Epoch releaseEpoch;
        uint256 delegated;
        uint256 undelegating;
        uint256 unvested;
        GiB reserved;
    }

    event Staked(address indexed provider, uint256 amount);
    event UnstakeRequested(address indexed provider, uint256 amount, Epoch releaseEpoch);
    event Unstaked(address indexed provider, uint256 amount);
    /// @notice What a slash took from each pot. Of the own part, `compensation` goes to the provider's consumers; all the rest to the
    /// treasury.
    event StakeSlashed(
        address indexed provider,
        uint256 staked,
        uint256 unbonding,
        uint256 delegated,
        uint256 undelegating,
        uint256 compensation
    );
    /// @notice What the last delegator left behind, or what was earned when nobody was there to earn it, became the provider's own stake.
    event RemainderKept(address indexed provider, uint256 amount);
    event Swept(address indexed treasury, uint256 amount);

    error AmountIsZero();
    /// @notice More was asked back than the provider's own stake.
    error MoreThanStaked(address provider, uint256 staked, uint256 requested);
    /// @notice What is left would not cover the reserved space.
    error StakeTooSmall(address provider, uint256 left, uint256 required);
    error NothingToWithdraw(address provider);
    error StillUnbonding(address provider, Epoch releaseEpoch, Epoch currentEpoch);
    error NothingToSweep();
    /// @notice The token delivered another amount than was asked for.
    error UnexpectedTransferAmount(uint256 expected, uint256 received);

    /// @notice Bonds tokens of the sender, a registered provider, behind itself; they are taken by transferFrom.
    function stake(uint256 amount) external;

    /// @notice As `stake`, after using a permit of the sender for the vault (one that was used by somebody else first does no harm).
    function stakeWithPermit(uint256 amount, Permit calldata permit) external;

    /// @notice Asks for own stake back. What stays and the delegations have to cover the reservations; and while there are both delegations
    /// and reservations, the own part has to stay above `minSelfStakeBps`. A further request adds to the first and starts the wait anew.
    function requestUnstake(uint256 amount) external;

    /// @notice Pays out the sender's unbonded stake to the sender. The wait has to be over, and what remains in all four pots has to cover
    /// the reservations.
    function withdrawUnstaked() external;

    /// @notice Takes `amount`, or all that there is, from the four pots in proportion; each part is rounded up, the own stake's first. All
    /// agreements that hold space are compensated. Only ProviderRegistry.
    /// @return taken What was there to take.
    function slash(address provider, uint256 amount) external returns (uint256 taken);

    /// @notice As `slash`, but that one agreement alone is compensated, over or not; one that never held the provider's space is not. Only
    /// ProviderRegistry.
    function slashFor(address provider, AgreementId agreement, uint256 amount) external returns (uint256 taken);

    /// @notice Sends the treasury its part of all slashes. Anybody may call; nothing else waits for it.
    /// @return amount In token base units.
    function sweep() external returns (uint256 amount);

    function stakeOf(address provider) external view returns (Stake memory);

    /// @notice What new reservations can count on, in base units: the provider's own stake and its delegators', these only as far as the
    /// own part is at least `minSelfStakeBps` of both. Without the misses that nobody has counted yet.
    function cover(address provider) external view returns (uint256);

    /// @notice What a slash could take at the most, in base units: the four pots, without the misses that nobody has counted yet.
    function slashable(address provider) external view returns (uint256);

    /// @notice Base units that `sweep` would send.
    function treasuryDue() external view returns (uint256);

    /// @notice All base units that the vault owes to anybody.
    function totalLiabilities() external view returns (uint256);
}
