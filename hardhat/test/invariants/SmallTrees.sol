// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ChallengeSampling} from "../../../contracts/proofs/ChallengeSampling.sol";
import {Checkpoint} from "../../../contracts/types/MarketplaceTypes.sol";

/// @title Provider trees of a few agreements that hold one leaf or nothing, and their answers (docs/protocol.md, section 4)
/// @dev Written from the document and not from SumTree, so that one checks the other.
library SmallTrees {
    /// @param weight 1 if the agreement holds one leaf, which is `salt` after 992 zero bytes, else 0.
    struct Content {
        uint128 agreement;
        uint64 revision;
        uint64 weight;
        bytes32 salt;
        bytes signature;
    }

    struct Node {
        bytes32 hash;
        uint64 weight;
        uint32 count;
        uint128 first;
    }

    function chunk(bytes32 salt) internal pure returns (bytes memory) {
        return abi.encodePacked(new bytes(992), salt);
    }

    function dataRoot(uint64 weight, bytes32 salt) internal pure returns (bytes32) {
        return weight == 0 ? bytes32(0) : sha256(chunk(salt));
    }

    function checkpoint(Content[] memory contents) internal pure returns (Checkpoint memory) {
        if (contents.length == 0) return Checkpoint(0, 0, 0);
        Node[] memory level = _members(contents);
        while (level.length > 1) level = _above(level);
        return Checkpoint(level[0].hash, level[0].weight, level[0].count);
    }

    /// @notice All answers of an epoch, in order.
    function answers(
        Content[] memory contents,
        bytes32 seed,
        address provider,
        uint32 challenges
    ) internal pure returns (bytes memory packed) {
        Checkpoint memory top = checkpoint(contents);
        for (uint32 challenge = 0; challenge < challenges; ++challenge) {
            if (top.agreements == 0 || (top.leaves == 0 && ChallengeSampling.picksByLeaf(challenge))) continue;
            uint256 target = ChallengeSampling.target(seed, provider, challenge);
            uint256 index =
                ChallengeSampling.picksByLeaf(challenge)
                    ? _holderOf(contents, ChallengeSampling.leafIndex(target, top.leaves))
                    : ChallengeSampling.agreementIndex(target, top.agreements);
            packed = bytes.concat(packed, inclusion(contents, index), leafPart(contents[index]));
        }
    }

    /// @notice An agreement's part of an answer: what a settlement shows.
    function inclusion(Content[] memory contents, uint256 index) internal pure returns (bytes memory) {
        Content memory item = contents[index];
        bytes memory signature = item.revision == 0 ? new bytes(65) : item.signature;
        Node[] memory level = _members(contents);
        bytes memory path;
        uint8 depth;
        for (uint256 at = index; level.length > 1; at >>= 1) {
            Node memory sibling = level[at ^ 1];
            path = bytes.concat(path, abi.encodePacked(sibling.hash, sibling.weight, sibling.count, sibling.first));
            level = _above(level);
            ++depth;
        }
        return
            bytes.concat(
                abi.encodePacked(item.agreement, item.revision, item.weight, dataRoot(item.weight, item.salt), signature),
                abi.encodePacked(depth, uint32(index)),
                path
            );
    }

    /// @notice The only leaf of an agreement: no path at all; nothing if it holds none.
    function leafPart(Content memory item) internal pure returns (bytes memory) {
        return item.weight == 0 ? bytes("") : abi.encodePacked(uint8(0), uint64(0), chunk(item.salt));
    }

    function _members(Content[] memory contents) private pure returns (Node[] memory level) {
        uint256 width = 1;
        while (width < contents.length) width *= 2;
        level = new Node[](width);
        for (uint256 i = 0; i < contents.length; ++i) {
            Content memory item = contents[i];
            bytes32 root = dataRoot(item.weight, item.salt);
            bytes32 hash = sha256(abi.encode(uint256(item.agreement), uint256(item.revision), root, uint256(item.weight)));
            level[i] = Node(hash, item.weight, 1, item.agreement);
        }
    }

    function _above(Node[] memory level) private pure returns (Node[] memory above) {
        above = new Node[](level.length / 2);
        for (uint256 i = 0; i < above.length; ++i) above[i] = _parent(level[2 * i], level[2 * i + 1]);
    }

    function _parent(Node memory left, Node memory right) private pure returns (Node memory) {
        if (left.count + right.count == 0) return left;
        bytes32 hash = sha256(
            abi.encodePacked(left.hash, left.weight, left.count, left.first, right.hash, right.weight, right.count, right.first)
        );
        return Node(hash, left.weight + right.weight, left.count + right.count, left.count > 0 ? left.first : right.first);
    }

    /// @dev Which agreement holds the leaf with a number.
    function _holderOf(Content[] memory contents, uint256 leaf) private pure returns (uint256 index) {
        for (uint256 before = contents[0].weight; before <= leaf; before += contents[index].weight) ++index;
    }
}
