// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementBase} from "../../../contracts/agreements/AgreementBase.sol";
import {StorageAgreements} from "../../../contracts/agreements/StorageAgreements.sol";
import {StorageAudits} from "../../../contracts/audits/StorageAudits.sol";
import {BlockhashBeacon} from "../../../contracts/beacon/BlockhashBeacon.sol";
import {EgressVouchers} from "../../../contracts/egress/EgressVouchers.sol";
import {AgreementEscrow} from "../../../contracts/escrow/AgreementEscrow.sol";
import {MarketplaceParameters} from "../../../contracts/governance/MarketplaceParameters.sol";
import {IMarketplaceParameters} from "../../../contracts/interfaces/IMarketplaceParameters.sol";
import {DeclaredLosses} from "../../../contracts/proofs/DeclaredLosses.sol";
import {PossessionProofs} from "../../../contracts/proofs/PossessionProofs.sol";
import {ListingBook} from "../../../contracts/registry/ListingBook.sol";
import {ProviderRegistry} from "../../../contracts/registry/ProviderRegistry.sol";
import {StakeVault} from "../../../contracts/stake/StakeVault.sol";
import {StorageToken} from "../../../contracts/token/StorageToken.sol";
import {vm} from "./Vm.sol";

/// @title The production contracts, wired as in a deployment, with small numbers
/// @dev Whoever inherits is the parameters' owner and holds the supply.
abstract contract MarketFixture {
    uint64 internal constant EPOCH = 1_000;
    uint64 internal constant WINDOW = 300;
    uint64 internal constant ANCHOR_DELAY = 2;
    uint32 internal constant CHALLENGES = 2;
    uint256 internal constant SUPPLY = 1e30;
    address internal constant TREASURY = address(0x7EA5);
    address internal constant GUARDIAN = address(0x60A2D);

    StorageToken public token;
    MarketplaceParameters public parameters;
    BlockhashBeacon public beacon;
    ProviderRegistry public registry;
    StakeVault public stakes;
    ListingBook public listings;
    AgreementEscrow public escrow;
    StorageAgreements public agreements;
    PossessionProofs public proofs;
    DeclaredLosses public losses;
    StorageAudits public audits;
    EgressVouchers public egress;

    function _values() internal pure returns (IMarketplaceParameters.Values memory v) {
        v.challengesPerEpoch = CHALLENGES;
        v.proofWindow = WINDOW;
        v.stakePerGiB = 1_000_003;
        v.missSlashBps = 700;
        v.missGraceEpochs = 3;
        v.unbondingEpochs = 4;
        v.billingCycle = 3;
        v.settlementGrace = 4;
        v.terminationNotice = 1;
        v.protocolFeeBps = 333;
        v.treasury = TREASURY;
        v.compensationBps = 5_000;
        v.auditWindow = 700;
        v.auditBond = 10_007;
        v.auditSlashBps = 2_500;
        v.lossSlashBps = 1_000;
        v.minSelfStakeBps = 2_000;
        v.commissionNotice = 2;
    }

    function _deployMarket() internal {
        vm.warp(4_000_000_000);
        vm.roll(1_000);
        address[12] memory at;
        uint64 nonce = vm.getNonce(address(this));
        for (uint64 i = 0; i < at.length; ++i) at[i] = vm.computeCreateAddress(address(this), nonce + i);
        (address stakes_, address listings_, address escrow_) = (at[4], at[5], at[6]);
        (address agreements_, address proofs_, address losses_, address audits_, address egress_) = (at[7], at[8], at[9], at[10], at[11]);

        token = _createToken();
        IMarketplaceParameters.Ceilings memory ceilings = IMarketplaceParameters.Ceilings(type(uint96).max, type(uint96).max);
        parameters = new MarketplaceParameters(address(this), GUARDIAN, uint64(block.timestamp), EPOCH, ceilings, _values());
        beacon = new BlockhashBeacon(parameters, ANCHOR_DELAY);
        registry = new ProviderRegistry(parameters, beacon, StakeVault(stakes_), agreements_, proofs_, losses_, audits_);
        stakes = new StakeVault(token, parameters, registry, AgreementEscrow(escrow_), StorageAgreements(agreements_), egress_);
        listings = new ListingBook(registry, agreements_);
        escrow = new AgreementEscrow(token, agreements_, audits_, egress_);
        agreements = new StorageAgreements(
            AgreementBase.Parts({
                token: token,
                parameters: parameters,
                beacon: beacon,
                registry: registry,
                stakes: stakes,
                listings: listings,
                escrow: escrow,
                proofs: PossessionProofs(proofs_),
                losses: DeclaredLosses(losses_),
                audits: audits_
            })
        );
        proofs = new PossessionProofs(parameters, beacon, registry, agreements, DeclaredLosses(losses_));
        losses = new DeclaredLosses(parameters, registry, agreements);
        audits = new StorageAudits(token, parameters, registry, agreements, escrow, losses);
        egress = new EgressVouchers(token, parameters, stakes, escrow, agreements);
        assert(address(egress) == egress_ && address(listings) == listings_);
    }

    function _createToken() internal virtual returns (StorageToken) {
        return new StorageToken(address(this), SUPPLY);
    }
}
