// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementId, GiB} from "../types/MarketplaceTypes.sol";

/// @title What a provider's consumers get of its slashes
/// @notice A part of what each slash takes of the provider's own stake goes to consumers. What a failed audit or a declared loss costs goes
/// to that agreement's alone. What misses cost is shared by the agreements that hold the provider's space at that time, in proportion to
/// their GiB: by an accumulator per provider, so that neither the slash nor a claim depends on how many agreements there are. Shares are
/// rounded down, in favour of the vault; what the rounding leaves goes to the treasury when the provider's last agreement is over.
interface ICompensation {
    /// @notice An agreement holds `space` GiB of the provider from now on.
    event PositionAdded(AgreementId indexed agreement, address indexed provider, GiB space);
    /// @notice An agreement holds no space any more; what it was compensated until now stays its consumer's.
    event PositionEnded(AgreementId indexed agreement, address indexed provider);
    /// @notice The part of a slash that goes to one agreement alone.
    event CompensationAwarded(AgreementId indexed agreement, address indexed provider, uint256 amount);
    /// @notice What the rounding of shares left went to the treasury, with the end of the provider's last agreement.
    event CompensationRoundedOff(address indexed provider, uint256 amount);
    event CompensationPaid(AgreementId indexed agreement, address indexed consumer, uint256 amount);

    error OnlyRegistry(address caller);
    /// @notice Nothing was slashed while the agreement held space, or all of it is paid out.
    error NothingToClaim(AgreementId agreement);

    /// @notice An agreement gets space, or more of it: it shares in slashes from now on, with what it had before in those until now. Only
    /// ProviderRegistry, which has counted the provider's misses.
    function addPosition(AgreementId agreement, address provider, GiB space) external;

    /// @notice An agreement gives all of its space back. Only ProviderRegistry, which has counted the provider's misses.
    function endPosition(AgreementId agreement) external;

    /// @notice Pays the consumer of the agreement what it is due, after the provider's misses are counted. Anybody may call, at any time.
    /// @return amount In token base units.
    function claimCompensation(AgreementId agreement) external returns (uint256 amount);

    /// @notice Base units that `claimCompensation` would pay if no further misses were counted.
    function compensationOf(AgreementId agreement) external view returns (uint256);
}
