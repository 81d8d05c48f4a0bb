// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IListingBook} from "../../../contracts/interfaces/IListingBook.sol";
import {IStorageAgreements} from "../../../contracts/interfaces/IStorageAgreements.sol";
import {AgreementId, Checkpoint, Epoch, GiB, ListingId, Permit, Revision} from "../../../contracts/types/MarketplaceTypes.sol";
import {MarketFixture} from "./MarketFixture.sol";
import {SmallTrees} from "./SmallTrees.sol";
import {vm} from "./Vm.sol";

/// @title Who acts in the market, and what each of them remembers
/// @dev 3 providers (owner and operator each), 3 consumers with a data key each, 3 delegators, a stranger.
abstract contract MarketActors is MarketFixture {
    uint256 internal constant PROVIDERS = 3;
    uint256 internal constant CONSUMERS = 3;
    uint256 internal constant DELEGATORS = 3;
    /// @dev Keeps trees small: agreements that a provider's checkpoint can hold.
    uint256 internal constant MAX_RUNNING = 6;
    /// @dev What everybody begins with, in base units.
    uint256 internal constant WEALTH = 1e24;
    address internal constant STRANGER = address(0xBAD);
    Permit internal NO_PERMIT;

    /// @dev What a provider committed, in which epoch, and what it proved.
    struct Committed {
        SmallTrees.Content[] contents;
        uint64 epoch;
        bool exists;
    }

    address[] public owners;
    address[] public operators;
    uint256[] internal _operatorKeys;
    address[] public consumers;
    uint256[] internal _dataKeys;
    address[] public delegators;
    /// @notice Everybody who can hold tokens.
    address[] public everybody;

    mapping(uint256 provider => uint256[]) internal _agreementsOf;
    mapping(uint256 agreement => SmallTrees.Content) internal _contents;
    mapping(uint256 provider => Committed) internal _committed;
    mapping(uint256 provider => mapping(uint64 epoch => SmallTrees.Content[])) internal _proven;
    mapping(uint256 agreement => mapping(uint64 revision => SmallTrees.Content)) internal _history;

    function _createActors() internal {
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            owners.push(_person(string.concat("owner", _digit(i))));
            _operatorKeys.push(0x1000 + i);
            operators.push(vm.addr(0x1000 + i));
        }
        for (uint256 i = 0; i < CONSUMERS; ++i) {
            consumers.push(_person(string.concat("consumer", _digit(i))));
            _dataKeys.push(0x2000 + i);
        }
        for (uint256 i = 0; i < DELEGATORS; ++i) delegators.push(_person(string.concat("delegator", _digit(i))));
        token.transfer(STRANGER, 1e18);
        everybody.push(STRANGER);
        everybody.push(TREASURY);
        for (uint256 i = 0; i < PROVIDERS; ++i) _startProvider(i);
    }

    function _person(string memory name) private returns (address person) {
        person = address(uint160(uint256(keccak256(bytes(name)))));
        everybody.push(person);
        token.transfer(person, WEALTH);
        vm.startPrank(person);
        token.approve(address(stakes), type(uint256).max);
        token.approve(address(escrow), type(uint256).max);
        vm.stopPrank();
    }

    function _startProvider(uint256 i) private {
        vm.startPrank(owners[i]);
        registry.register(operators[i], "https://node.example:7443", keccak256("tls"), "DE", "");
        stakes.stake(100_000_000);
        stakes.setCommission(1_000);
        listings.publish(_terms(7 + i, true));
        listings.publish(_terms(11 + i, false));
        vm.stopPrank();
    }

    function _terms(uint256 price, bool autoAccept) internal pure returns (IListingBook.Terms memory) {
        return
            IListingBook.Terms({
                price: price,
                available: GiB.wrap(1_000),
                minTerm: 1,
                maxTerm: 60,
                egressPrice: 3,
                autoAccept: autoAccept,
                onlyFor: address(0)
            });
    }

    /// @dev The listing of provider i that accepts automatically, or the other one.
    function _listing(uint256 i, bool autoAccept) internal pure returns (ListingId) {
        return ListingId.wrap(2 * i + (autoAccept ? 1 : 2));
    }

    function _ownerIndex(address owner) internal view returns (uint256 i) {
        while (owners[i] != owner) ++i;
    }

    function _consumerIndex(address consumer) internal view returns (uint256 i) {
        while (consumers[i] != consumer) ++i;
    }

    function _epoch() internal view returns (uint64) {
        return Epoch.unwrap(parameters.currentEpoch());
    }

    function _agreement(uint256 id) internal view returns (IStorageAgreements.Agreement memory) {
        return agreements.agreement(AgreementId.wrap(id));
    }

    function _sign(uint256 key, uint256 id, SmallTrees.Content memory item) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, agreements.revisionDigest(AgreementId.wrap(id), _revision(item)));
        return abi.encodePacked(r, s, v);
    }

    function _revision(SmallTrees.Content memory item) internal pure returns (Revision memory) {
        return Revision(item.revision, SmallTrees.dataRoot(item.weight, item.salt), item.weight);
    }

    /// @dev What a provider would commit now: its running agreements, in order.
    function _current(uint256 provider) internal view returns (SmallTrees.Content[] memory contents) {
        uint256[] storage ids = _agreementsOf[provider];
        contents = new SmallTrees.Content[](ids.length);
        uint256 count;
        for (uint256 i = 0; i < ids.length; ++i) {
            if (agreements.isRunning(AgreementId.wrap(ids[i]))) contents[count++] = _contents[ids[i]];
        }
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(contents, count)
        }
    }

    /// @dev The provider's agreements that hold space, in the order of their numbers.
    function _holdingSpace(uint256 provider) internal view returns (AgreementId[] memory ids) {
        SmallTrees.Content[] memory contents = _current(provider);
        ids = new AgreementId[](contents.length);
        for (uint256 i = 0; i < ids.length; ++i) ids[i] = AgreementId.wrap(contents[i].agreement);
    }

    function _runningOf(uint256 provider) internal view returns (uint256) {
        return _current(provider).length;
    }

    function _digit(uint256 i) private pure returns (string memory) {
        return string(abi.encodePacked(bytes1(uint8(48 + i))));
    }
}
