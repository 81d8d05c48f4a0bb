// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SumTreeHarness} from "../../contracts/mocks/SumTreeHarness.sol";
import {ChallengeSampling} from "../../contracts/proofs/ChallengeSampling.sol";
import {SumTree} from "../../contracts/proofs/SumTree.sol";
import {Checkpoint, Revision} from "../../contracts/types/MarketplaceTypes.sol";

/// @dev Fuzzed: noise is never an answer, and the honest path of any shape of tree is one only where it was drawn.
contract SumTreeTest {
    uint256 private constant LEAF_PATH_HEAD = 9;
    uint128 private constant OWN = 2 ** 64;

    SumTreeHarness private immutable _harness = new SumTreeHarness();

    struct Side {
        bytes32 hash;
        uint64 weight;
        uint32 count;
        uint128 first;
    }

    function testFuzz_noiseIsRefused(bytes32 seed, address provider, Checkpoint calldata checkpoint, bytes calldata noise) external view {
        if (checkpoint.agreements == 0) return;
        try _harness.verify(seed, provider, 2, checkpoint, noise) {
            revert("noise was taken");
        } catch {}
    }

    /// @dev An agreement of one leaf under any siblings whose sums fit: taken with its own index, refused with every other.
    function testFuzz_aPathIsTakenForItsOwnLeafAlone(bytes32 salt, uint32 position, uint8 depth, uint64 other) external view {
        depth %= 33;
        position = uint32(uint256(position) % (uint256(1) << depth));
        bytes memory chunk = abi.encodePacked(new bytes(992), salt);
        Side memory node = Side(sha256(abi.encode(uint256(OWN), uint256(1), sha256(chunk), uint256(1))), 1, 1, OWN);
        bytes memory path;
        uint64 before;
        for (uint256 level = 0; level < depth; ++level) {
            bool isRight = (position >> level) & 1 == 1;
            Side memory sibling = _sibling(salt, level, isRight);
            if (isRight) before += sibling.weight;
            node = isRight ? _parent(sibling, node) : _parent(node, sibling);
            path = bytes.concat(path, _bytes(sibling));
        }
        bytes memory answer = abi.encodePacked(
            abi.encodePacked(OWN, uint64(1), uint64(1), sha256(chunk), new bytes(65), depth, position),
            path,
            new bytes(LEAF_PATH_HEAD),
            chunk
        );
        Checkpoint memory checkpoint = Checkpoint(node.hash, node.weight, node.count);
        (SumTree.Member memory member, SumTree.Leaf memory leaf) = _harness.verifyTarget(0, before, checkpoint, answer);
        require(member.leavesBefore == before && leaf.end == answer.length, "own leaf");
        if (other % node.weight == before) return;
        try _harness.verifyTarget(0, other, checkpoint, answer) {
            revert("another leaf");
        } catch {}
    }

    /// @dev A lost node under any siblings whose sums fit: taken for each of its leaves, refused for every other leaf and weight.
    function testFuzz_aLostNodeIsTakenForItsOwnLeavesAlone(
        bytes32 salt,
        uint32 position,
        uint8 depth,
        uint64 weight,
        uint64 wanted,
        uint64 forged
    ) external view {
        depth %= 33;
        position = uint32(uint256(position) % (uint256(1) << depth));
        weight = (weight % 2 ** 58) + 1;
        SumTree.Leaf memory node = SumTree.Leaf(salt, weight, true, salt, weight, 0, 0);
        bytes memory path;
        for (uint256 level = 0; level < depth; ++level) {
            Side memory sibling = _sibling(salt, level, true);
            bool isRight = (position >> level) & 1 == 1;
            bytes memory own = abi.encodePacked(node.root, uint64(node.leaves));
            bytes memory other = abi.encodePacked(sibling.hash, sibling.weight);
            node.root = sha256(isRight ? bytes.concat(other, own) : bytes.concat(own, other));
            node.leaves += sibling.weight;
            if (isRight) node.leavesBefore += sibling.weight;
            path = bytes.concat(path, other);
        }
        Revision memory revision = Revision(1, node.root, uint64(node.leaves));
        wanted %= revision.weight;
        bool isCovered = wanted >= node.leavesBefore && wanted - node.leavesBefore < weight;
        bytes memory head = abi.encodePacked(uint8(0x80 | depth), uint64(position), path, salt);
        require(_takes(revision, wanted, abi.encodePacked(head, weight)) == isCovered, "own leaves");
        require(weight == forged || !_takes(revision, wanted, abi.encodePacked(head, forged)), "forged weight");
    }

    function testFuzz_drawsStayWithinTheirBounds(
        bytes32 seed,
        address provider,
        uint32 challenge,
        uint64 leaves,
        uint32 agreements
    ) external pure {
        uint256 target = ChallengeSampling.target(seed, provider, challenge);
        require(leaves == 0 || ChallengeSampling.leafIndex(target, leaves) < leaves, "leaf");
        require(leaves == 0 || ChallengeSampling.leafIndexWithin(target, leaves) < leaves, "leaf within");
        require(agreements == 0 || ChallengeSampling.agreementIndex(target, agreements) < agreements, "agreement");
    }

    function _takes(Revision memory revision, uint64 wanted, bytes memory leafPart) private view returns (bool) {
        try _harness.verifyLeaf(revision, wanted, leafPart) returns (SumTree.Leaf memory) {
            return true;
        } catch {
            return false;
        }
    }

    /// @dev Small enough that 32 of them add up within 64 and 32 bits; some are EMPTY.
    function _sibling(bytes32 salt, uint256 level, bool isLeft) private pure returns (Side memory) {
        uint256 drawn = uint256(keccak256(abi.encode(salt, level)));
        if (drawn % 4 == 0) return Side(0, 0, 0, 0);
        return
            Side(
                bytes32(drawn),
                uint64(drawn % 2 ** 58),
                uint32(drawn % 2 ** 26) + 1,
                isLeft ? OWN - 1 - uint128(drawn % 2 ** 64) : OWN + 1 + uint128(drawn % 2 ** 64)
            );
    }

    function _parent(Side memory left, Side memory right) private pure returns (Side memory) {
        return
            Side(
                sha256(bytes.concat(_bytes(left), _bytes(right))),
                left.weight + right.weight,
                left.count + right.count,
                left.count > 0 ? left.first : right.first
            );
    }

    function _bytes(Side memory side) private pure returns (bytes memory) {
        return abi.encodePacked(side.hash, side.weight, side.count, side.first);
    }
}
