// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Epoch} from "../types/MarketplaceTypes.sol";
import {IBounded} from "./IBounded.sol";
import {IMarketPause} from "./IMarketPause.sol";

/// @title The market's clock and the numbers that govern it
/// @notice Every adjustable number of the market lives here, each within hard bounds that no vote can leave.
/// Running agreements keep their AgreementTerms; everything else (stake, slashes, challenges, windows, audits) changes for them too.
interface IMarketplaceParameters is IMarketPause, IBounded {
    /// @notice What can be changed. Epochs are counts of epochs; bps are hundredths of a percent.
    /// @param challengesPerEpoch Draws that a provider answers in each proof (1..64).
    /// @param proofWindow Seconds after an epoch's seed was sealed in which proofs are taken (a 96th of an epoch, at least 1,
    /// to half an epoch).
    /// @param stakePerGiB Token base units of stake that each reserved GiB needs (0..the ceiling).
    /// @param missSlashBps Share of the stake required for the reserved space that each unforgiven missed epoch costs (0..2,000).
    /// @param missGraceEpochs A miss with no other in this many epochs before it is unpaid but not slashed (0..365; 0 forgives none).
    /// @param unbondingEpochs Wait between asking for stake back and receiving it (1..365).
    /// @param billingCycle Epochs paid together (1..256).
    /// @param settlementGrace Epochs after an agreement's end in which cycles can still be collected (1..365).
    /// @param terminationNotice Epochs that stay payable after a consumer ends an agreement early (0..90).
    /// @param protocolFeeBps Share of each payout that goes to the treasury (0..1,000).
    /// @param compensationBps Share of what each slash takes of the provider's own stake that goes to its consumers, the rest to the
    /// treasury (0..9,000: a provider that rents from itself must not get back what it is slashed, nor anything of its delegators').
    /// @param auditWindow Seconds from the demand of an audit to the last second of its answer (a quarter of an epoch, at least 1, to
    /// 30 days).
    /// @param auditBond Token base units that an auditor puts up (0..the ceiling).
    /// @param auditSlashBps Share of the stake required for the agreement's space that a failed audit costs (0..10,000).
    /// @param lossSlashBps Share of the stake required for the lost space that a declared loss costs (0..2,000).
    /// @param minSelfStakeBps A provider's own part of its stake, below which nobody can delegate to it (0..10,000).
    /// @param commissionNotice Epochs from a provider's announcement of another commission until it counts (1..365).
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
        uint16 compensationBps;
        uint64 auditWindow;
        uint256 auditBond;
        uint16 auditSlashBps;
        uint16 lossSlashBps;
        uint16 minSelfStakeBps;
        uint32 commissionNotice;
        address treasury;
    }

    /// @notice What no vote can raise the amounts above, in token base units; fixed at the deployment (each 1..2^96-1). Without them a vote
    /// could make audits dearer than anybody's purse, or hold all stake that was asked back with agreements that cannot end before.
    /// @param stakePerGiB Of Values.stakePerGiB.
    /// @param auditBond Of Values.auditBond.
    struct Ceilings {
        uint256 stakePerGiB;
        uint256 auditBond;
    }

    /// @notice What an agreement keeps of the parameters from its opening on; as in Values.
    struct AgreementTerms {
        uint16 protocolFeeBps;
        uint64 billingCycle;
        uint64 settlementGrace;
        uint64 terminationNotice;
    }

    /// @notice All parameters were set, at the deployment or by governance.
    event ParametersChanged(Values values);

    /// @notice The treasury would be the zero address.
    error TreasuryIsZero();
    /// @notice The time lies before the market's genesis.
    error BeforeGenesis(uint256 timestamp, uint64 genesis);

    /// @notice Replaces all parameters. Only the owner (the deployer on a development chain, governance elsewhere).
    function setValues(Values calldata values) external;

    /// @notice All parameters.
    function values() external view returns (Values memory);

    /// @notice What no vote can raise the amounts above.
    function ceilings() external view returns (Ceilings memory);

    function agreementTerms() external view returns (AgreementTerms memory);

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
