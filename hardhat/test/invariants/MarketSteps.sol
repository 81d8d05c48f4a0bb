// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgreementEscrow} from "../../../contracts/interfaces/IAgreementEscrow.sol";
import {IListingBook} from "../../../contracts/interfaces/IListingBook.sol";
import {IMarketPause} from "../../../contracts/interfaces/IMarketPause.sol";
import {IPossessionProofs} from "../../../contracts/interfaces/IPossessionProofs.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IRandomnessBeacon} from "../../../contracts/interfaces/IRandomnessBeacon.sol";
import {IStorageAgreements} from "../../../contracts/interfaces/IStorageAgreements.sol";
import {AgreementId, Checkpoint, Epoch, GiB, ListingId} from "../../../contracts/types/MarketplaceTypes.sol";
import {MarketHandler} from "./MarketHandler.sol";
import {SmallTrees} from "./SmallTrees.sol";
import {vm} from "./Vm.sol";

/// @title Renting, proving, settling and ending, in any order
abstract contract MarketSteps is MarketHandler {
    /// @dev Steps choose among the newest agreements, which are the most alive.
    uint256 internal constant RECENT = 12;

    /// @notice Agreements that reached a terminal state, and in which.
    mapping(uint256 agreement => IStorageAgreements.State) public terminal;
    /// @notice Epochs that each provider proved.
    mapping(uint256 provider => uint64) public provenBy;
    /// @notice Seeds as they were when first seen.
    mapping(uint64 epoch => bytes32) public seedSeen;

    function passTime(uint256 seconds_) external {
        vm.warp(block.timestamp + _bound(seconds_, 1, EPOCH / 4));
        vm.roll(block.number + _bound(seconds_, 1, 40));
    }

    function passManyEpochs(uint256 epochs) external {
        if (epochs % 16 != 0) return;
        vm.warp(block.timestamp + _bound(epochs >> 4, 2, 12) * EPOCH);
        vm.roll(block.number + 9_000);
    }

    /// @dev What honest actors see to, epoch after epoch; now and then a provider sleeps, or nobody seals.
    function liveOn(uint256 entropy) public {
        uint256 epochs = 1 + (entropy % 3);
        for (uint256 i = 0; i < epochs; ++i) {
            entropy = uint256(keccak256(abi.encode(entropy)));
            vm.warp(parameters.epochStart(Epoch.wrap(_epoch() + 1)) + (entropy % 50));
            vm.roll(block.number + 1);
            if (entropy % 16 == 0) continue;
            _seal(entropy);
            for (uint256 provider = 0; provider < PROVIDERS; ++provider) {
                if ((entropy >> (16 * provider + 16)) % 16 != 0) prove(provider);
            }
            revise(entropy >> 64, bytes32(entropy));
            settle(entropy >> 72);
        }
    }

    function seal(uint256 entropy) external {
        _seal(entropy);
    }

    function open(uint256 consumer, uint256 provider, uint256 space, uint256 term, bool autoAccept) public {
        consumer %= CONSUMERS;
        provider %= PROVIDERS;
        if (_runningOf(provider) >= MAX_RUNNING) return;
        IStorageAgreements.Request[] memory requests = new IStorageAgreements.Request[](1);
        requests[0] = IStorageAgreements.Request({
            listing: _listing(provider, autoAccept),
            space: GiB.wrap(uint64(_bound(space, 1, 40))),
            term: uint64(_bound(term, 1, 40)),
            dataKey: vm.addr(_dataKeys[consumer]),
            maxDeposit: type(uint256).max,
            maxEgressPrice: type(uint256).max
        });
        (bool opened, bytes memory result) = _attempt(
            "open",
            consumers[consumer],
            address(agreements),
            abi.encodeCall(agreements.open, (requests, NO_PERMIT)),
            abi.encodePacked(
                IProviderRegistry.StakeTooSmall.selector,
                IListingBook.SpaceNotAvailable.selector,
                IMarketPause.MarketPaused.selector
            )
        );
        if (!opened) return;
        uint256 id = AgreementId.unwrap(abi.decode(result, (AgreementId[]))[0]);
        _agreementsOf[provider].push(id);
        _contents[id].agreement = uint128(id);
    }

    function answerProposal(uint256 agreement, uint256 choice) external {
        uint256 id = choice % 8 == 0 ? _anyAgreement(agreement) : _first(agreement, _isProposed);
        if (id == 0) return;
        IStorageAgreements.Agreement memory item = _agreement(id);
        bytes memory refusals = abi.encodePacked(IStorageAgreements.WrongState.selector, IProviderRegistry.StakeTooSmall.selector);
        AgreementId key = AgreementId.wrap(id);
        if (choice % 3 == 0) _attempt("accept", item.provider, address(agreements), abi.encodeCall(agreements.accept, (key)), refusals);
        if (choice % 3 == 1) _attempt("decline", item.provider, address(agreements), abi.encodeCall(agreements.decline, (key)), refusals);
        if (choice % 3 == 2) {
            _attempt("withdrawProposal", item.consumer, address(agreements), abi.encodeCall(agreements.withdrawProposal, (key)), refusals);
        }
        _note(id);
    }

    function extend(uint256 agreement, uint256 space, uint256 term) external {
        uint256 id = space % 8 == 0 ? _anyAgreement(agreement) : _first(agreement, _isRunning);
        if (id == 0) return;
        _attempt("extend", _agreement(id).consumer, address(agreements), _extension(id, space, term), _refusalsOfExtension());
    }

    /// @dev Two with one transaction, or one twice: both or neither, and the second may be of another consumer.
    function extendTogether(uint256 agreement, uint256 space, uint256 term) external {
        uint256 id = _first(agreement, _isRunning);
        if (id == 0) return;
        bytes[] memory calls = new bytes[](2);
        calls[0] = _extension(id, space, term);
        calls[1] = _extension(_first(agreement >> 8, _isRunning), space >> 8, term >> 8);
        bytes memory data = abi.encodeCall(agreements.multicall, (calls));
        bytes memory refusals = bytes.concat(_refusalsOfExtension(), IStorageAgreements.NotConsumer.selector);
        _attempt("extendTogether", _agreement(id).consumer, address(agreements), data, refusals);
    }

    function changePrice(uint256 provider, uint256 price) external {
        provider %= PROVIDERS;
        IListingBook.Terms memory terms = listings.listing(_listing(provider, true)).terms;
        terms.price = _bound(price, 0, 29);
        bytes memory data = abi.encodeCall(listings.change, (_listing(provider, true), terms));
        _attempt("changePrice", owners[provider], address(listings), data, "");
    }

    /// @dev Somebody tells of all agreements that hold a provider's space.
    function shortenObligation(uint256 provider) external {
        provider %= PROVIDERS;
        bytes memory data = abi.encodeCall(registry.shortenObligation, (owners[provider], _holdingSpace(provider)));
        _attempt("shortenObligation", STRANGER, address(registry), data, "");
    }

    function terminate(uint256 agreement) external {
        uint256 id = _anyAgreement(agreement);
        if (id == 0) return;
        bytes memory refusals = abi.encodePacked(IStorageAgreements.WrongState.selector, IStorageAgreements.TermIsOver.selector);
        bytes memory data = abi.encodeCall(agreements.terminate, (AgreementId.wrap(id)));
        _attempt("terminate", _agreement(id).consumer, address(agreements), data, refusals);
    }

    /// @dev Off chain: consumer and provider sign the next contents, one leaf or nothing.
    function revise(uint256 agreement, bytes32 salt) public {
        uint256 id = _first(agreement, _isRunning);
        if (id != 0) _revise(id, salt);
    }

    function commit(uint256 provider) external {
        provider %= PROVIDERS;
        _commit(provider);
    }

    /// @dev Answers the epoch if there is something to answer with, and commits what is there now.
    function prove(uint256 provider) public {
        provider %= PROVIDERS;
        Committed storage held = _committed[provider];
        uint64 epoch = _epoch();
        bytes32 seed = beacon.seed(Epoch.wrap(epoch));
        if (!held.exists || seed == 0) return _commit(provider);
        SmallTrees.Content[] memory next = _current(provider);
        bytes memory answers = SmallTrees.answers(held.contents, seed, owners[provider], CHALLENGES);
        (bool proven, ) = _attempt(
            "advance",
            operators[provider],
            address(proofs),
            abi.encodeCall(proofs.advance, (owners[provider], answers, SmallTrees.checkpoint(next))),
            abi.encodePacked(
                IPossessionProofs.AlreadyProven.selector,
                IPossessionProofs.CheckpointTooNew.selector,
                IPossessionProofs.ProofWindowClosed.selector,
                IProviderRegistry.EpochAlreadyMissed.selector,
                // The checkpoint is old and holds an agreement that ended long ago.
                IStorageAgreements.WrongState.selector
            )
        );
        if (!proven) return;
        ++provenBy[provider];
        _copy(held.contents, _proven[provider][epoch]);
        _remember(provider, next, epoch);
    }

    function settle(uint256 agreement) public {
        uint256 id = _anyAgreement(agreement);
        if (id == 0) return;
        uint64 cycles = agreements.cycleCount(AgreementId.wrap(id));
        for (uint64 cycle = 0; cycle < cycles; ++cycle) _settle(id, cycle);
    }

    /// @dev Two with one transaction: both or neither.
    function terminateTogether(uint256 agreement) external {
        uint256 id = _anyAgreement(agreement);
        if (id == 0) return;
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(agreements.terminate, (AgreementId.wrap(id)));
        calls[1] = abi.encodeCall(agreements.terminate, (AgreementId.wrap(_anyAgreement(agreement >> 8))));
        bytes memory refusals = abi.encodePacked(
            IStorageAgreements.WrongState.selector,
            IStorageAgreements.TermIsOver.selector,
            IStorageAgreements.NotConsumer.selector
        );
        bytes memory data = abi.encodeCall(agreements.multicall, (calls));
        _attempt("terminateTogether", _agreement(id).consumer, address(agreements), data, refusals);
    }

    /// @dev One cycle alone, so that they are settled in any order.
    function settleOne(uint256 agreement, uint256 cycle) external {
        uint256 id = _anyAgreement(agreement);
        if (id == 0) return;
        uint64 cycles = agreements.cycleCount(AgreementId.wrap(id));
        if (cycles > 0) _settle(id, uint64(cycle % cycles));
    }

    function close(uint256 agreement) external {
        uint256 id = _anyAgreement(agreement);
        if (id == 0) return;
        bytes memory refusals = abi.encodePacked(IStorageAgreements.WrongState.selector, IStorageAgreements.SettlementOpen.selector);
        _attempt("close", STRANGER, address(agreements), abi.encodeCall(agreements.close, (AgreementId.wrap(id))), refusals);
        _note(id);
    }

    function withdraw(uint256 who) external {
        address account = everybody[who % everybody.length];
        bytes memory data = abi.encodeCall(escrow.withdraw, (account));
        _attempt("withdraw", account, address(escrow), data, abi.encodePacked(IAgreementEscrow.NothingToWithdraw.selector));
    }

    function _extension(uint256 id, uint256 space, uint256 term) private view returns (bytes memory) {
        IStorageAgreements.Extension memory extension = IStorageAgreements.Extension({
            listing: _listing(_ownerIndex(_agreement(id).provider), true),
            space: GiB.wrap(uint64(_bound(space, 0, 12))),
            term: uint64(_bound(term, 0, 9)),
            maxDeposit: type(uint256).max
        });
        return abi.encodeCall(agreements.extend, (AgreementId.wrap(id), extension, NO_PERMIT));
    }

    function _refusalsOfExtension() private pure returns (bytes memory) {
        return
            abi.encodePacked(
                IStorageAgreements.WrongState.selector,
                IStorageAgreements.TermIsOver.selector,
                IStorageAgreements.NothingRequested.selector,
                IStorageAgreements.EndTooLate.selector,
                IStorageAgreements.NothingToAddTo.selector,
                IStorageAgreements.TooManyRateChanges.selector,
                IMarketPause.MarketPaused.selector,
                IProviderRegistry.StakeTooSmall.selector,
                IListingBook.SpaceNotAvailable.selector
            );
    }

    function _settle(uint256 id, uint64 cycle) internal returns (bool settled) {
        (bool ready, uint64 provenEpochs, Epoch drawn) = agreements.settlementDraw(AgreementId.wrap(id), cycle);
        if (!ready) return false;
        Checkpoint memory checkpoint;
        bytes memory inclusion;
        if (provenEpochs > 0) {
            SmallTrees.Content[] memory contents = _proven[_ownerIndex(_agreement(id).provider)][drawn.number()];
            uint256 index = 0;
            while (index < contents.length && contents[index].agreement != id) ++index;
            if (index == contents.length) return false;
            (checkpoint, inclusion) = (SmallTrees.checkpoint(contents), SmallTrees.inclusion(contents, index));
        }
        bytes memory data = abi.encodeCall(agreements.settle, (AgreementId.wrap(id), cycle, checkpoint, inclusion));
        (settled, ) = _attempt("settle", STRANGER, address(agreements), data, "");
        _note(id);
    }

    function _revise(uint256 id, bytes32 salt) internal {
        SmallTrees.Content memory next = _contents[id];
        ++next.revision;
        next.weight = uint256(salt) % 4 == 0 ? 0 : 1;
        next.salt = salt;
        next.signature = _sign(_dataKeys[_consumerIndex(_agreement(id).consumer)], id, next);
        _contents[id] = next;
        _history[id][next.revision] = next;
    }

    function _commit(uint256 provider) internal {
        SmallTrees.Content[] memory next = _current(provider);
        bytes memory data = abi.encodeCall(proofs.commit, (owners[provider], SmallTrees.checkpoint(next)));
        _attempt("commit", operators[provider], address(proofs), data, "");
        _remember(provider, next, _epoch());
    }

    function _seal(uint256 entropy) internal {
        bytes memory refusals = abi.encodePacked(IRandomnessBeacon.NotInFirstHalf.selector);
        (bool opened, ) = _attempt("beacon.open", STRANGER, address(beacon), abi.encodeCall(beacon.open, ()), refusals);
        if (!opened) return;
        uint256 anchor = beacon.anchorBlock(Epoch.wrap(_epoch()));
        if (block.number <= anchor) vm.roll(anchor + 1);
        vm.setBlockhash(anchor, keccak256(abi.encode(entropy, anchor)));
        _attempt("beacon.seal", STRANGER, address(beacon), abi.encodeCall(beacon.seal, ()), refusals);
        seedSeen[_epoch()] = beacon.seed(Epoch.wrap(_epoch()));
    }

    function _anyAgreement(uint256 choice) internal view returns (uint256) {
        return _first(choice, _isAny);
    }

    /// @dev The first of the newest agreements, from the chosen one on, that fits; 0 if none does.
    function _first(uint256 choice, function(uint256) view returns (bool) fits) internal view returns (uint256) {
        uint256 count = agreements.agreementCount();
        uint256 recent = count < RECENT ? count : RECENT;
        for (uint256 i = 0; i < recent; ++i) {
            uint256 id = count - (((choice % recent) + i) % recent);
            if (fits(id)) return id;
        }
        return 0;
    }

    function _isAny(uint256) internal pure returns (bool) {
        return true;
    }

    function _isRunning(uint256 id) internal view returns (bool) {
        return agreements.isRunning(AgreementId.wrap(id));
    }

    function _isProposed(uint256 id) internal view returns (bool) {
        return _agreement(id).state == IStorageAgreements.State.Proposed;
    }

    function _note(uint256 id) internal {
        IStorageAgreements.State state = _agreement(id).state;
        bool running = state == IStorageAgreements.State.Proposed || agreements.isRunning(AgreementId.wrap(id));
        if (!running && terminal[id] == IStorageAgreements.State.None) terminal[id] = state;
    }

    function _remember(uint256 provider, SmallTrees.Content[] memory contents, uint64 epoch) private {
        Committed storage held = _committed[provider];
        delete held.contents;
        for (uint256 i = 0; i < contents.length; ++i) held.contents.push(contents[i]);
        (held.epoch, held.exists) = (epoch, true);
    }

    function _copy(SmallTrees.Content[] storage from, SmallTrees.Content[] storage to) private {
        for (uint256 i = 0; i < from.length; ++i) to.push(from[i]);
    }
}
