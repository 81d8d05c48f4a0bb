// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Epoch} from "../types/MarketplaceTypes.sol";

/// @title The market's clock and the numbers that govern it
/// @notice Every adjustable number of the market lives here, each within hard bounds that no vote can leave.
/// Running agreements keep the terms that they were opened with.
interface IMarketplaceParameters {
    /// @notice What can be changed. Epochs are counts of epochs; bps are hundredths of a percent.
    /// @param challengesPerEpoch Draws that a provider answers in each proof (1..64).
    /// @param proofWindow Seconds after an epoch's seed was sealed in which proofs are taken (1..half an epoch).
    /// @param stakePerGiB Token base units of stake that each reserved GiB needs (0..2^96-1).
    /// @param missSlashBps Share of the stake required for the reserved space that each unforgiven missed epoch costs (0..2,000).
    /// @param missGraceEpochs A miss with no other in this many epochs before it is unpaid but not slashed (0..365; 0 forgives none).
    /// @param unbondingEpochs Wait between asking for stake back and receiving it (1..365).
    /// @param billingCycle Epochs paid together (1..256).
    /// @param settlementGrace Epochs after an agreement's end in which cycles can still be collected (1..365).
    /// @param terminationNotice Epochs that stay payable after a consumer ends an agreement early (0..90).
    /// @param protocolFeeBps Share of each payout that goes to the treasury (0..1,000).
    /// @param treasury Receives protocol fees and slashed stake; not zero.
    struct Values {
        uint32 challengesPerEpoch;
        uint64 proofWindow;
        uint256 stakePerGiB;
        uint16 missSlashBps;
        uint64 missGraceEpochs;
        uint64 unbondingEpochs;
        uint64 billingCycle;
        uint64 settlementGrace;
        uint64 terminationNotice;
        uint16 protocolFeeBps;
        address treasury;
    }

    /// @notice All parameters were set, at the deployment or by governance.
    event ParametersChanged(Values values);

    /// @notice `parameter` is outside `minimum..maximum`.
    error ParameterOutOfBounds(string parameter, uint256 value, uint256 minimum, uint256 maximum);
    /// @notice The treasury would be the zero address.
    error TreasuryIsZero();
    /// @notice The time lies before the market's genesis.
    error BeforeGenesis(uint256 timestamp, uint64 genesis);

    /// @notice Replaces all parameters. Only the owner (the deployer on a development chain, governance elsewhere).
    function setValues(Values calldata values) external;

    /// @notice All parameters.
    function values() external view returns (Values memory);

    /// @notice Start of epoch 0, in seconds since 1970.
    function genesis() external view returns (uint64);

    /// @notice Seconds in an epoch; immutable.
    function epochLength() external view returns (uint64);

    /// @notice The epoch that contains this block's timestamp.
    function currentEpoch() external view returns (Epoch);

    /// @notice The first second of an epoch.
    function epochStart(Epoch epoch) external view returns (uint64);

    function challengesPerEpoch() external view returns (uint32);
    function proofWindow() external view returns (uint64);
    function stakePerGiB() external view returns (uint256);
    function treasury() external view returns (address);
}
