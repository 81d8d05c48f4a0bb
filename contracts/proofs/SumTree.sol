// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPossessionProofs} from "../interfaces/IPossessionProofs.sol";
import {AgreementId, Revision} from "../types/MarketplaceTypes.sol";

/// @title Reads answers and follows their paths through the Merkle sum tree (docs/protocol.md, sections 4 and 4.1)
/// @notice Says only where a path leads: root, totals, and how much lies to its left. The caller compares these with what was committed
/// and drawn.
/// @dev Why a path that leads to the committed root *and* totals is the one of a committed member:
/// - The four kinds of node are hashed from 1,024, 80, 128 and 120 bytes, so that none can be shown as another, and a leaf is shown as
///   its bytes: a root or an inner node can never pass for a leaf, whatever depth is claimed. (As a lost node it can, once declared.)
/// - Each node's hash binds the weights of both its sides, so that what lies to the left of a path cannot be restated, nor the weight of
///   a lost node, which is shown by hash: it stands in its parent, or is compared with the revision that was signed.
/// - Each top node's hash binds the first agreement of both its sides. A member must lie after the first of everything to its left and
///   before the first of everything to its right: of two places that hold the same agreement at most one passes, so that nobody can
///   show the same contents again and again in the place of others.
/// - Sums are taken in 256 bits over at most 93 numbers below 2^64, so that they cannot wrap. A sum that outgrew its 64 or 32 bits
///   enters a hash truncated, but only ever grows further on and so can never equal the committed total.
library SumTree {
    /// @notice An agreement, and where its path leads.
    /// @param root The top of the path.
    /// @param leaves Leaves under root.
    /// @param agreements Agreements under root.
    /// @param leavesBefore Leaves of the agreements to the left.
    /// @param agreementsBefore Number of agreements to the left.
    /// @param end Where the member ends in the data.
    struct Member {
        AgreementId agreement;
        Revision revision;
        bytes32 root;
        uint256 leaves;
        uint256 agreements;
        uint256 leavesBefore;
        uint256 agreementsBefore;
        uint256 end;
    }

    /// @notice What is shown in the place of a demanded leaf, and where its path leads within its agreement: the leaf itself, or a node
    /// that is said to be declared lost, of which nothing but the path is shown.
    /// @param node Hash of the leaf or of the lost node.
    /// @param weight Leaves under it: 1, or as many as the path binds, which may be none.
    /// @param isLost Whether it is a lost node; whoever calls has to ask whether it was declared.
    /// @param end Where it ends in the data.
    struct Leaf {
        bytes32 node;
        uint64 weight;
        bool isLost;
        bytes32 root;
        uint256 leaves;
        uint256 leavesBefore;
        uint256 end;
    }

    uint256 internal constant LEAF_BYTES = 1024;
    uint256 internal constant MAX_TOP_DEPTH = 32;
    uint256 internal constant MAX_LEAF_DEPTH = 60;

    /// @dev u128 agreementId || u64 revision || u64 dataWeight || dataRoot[32].
    uint256 private constant SIGNATURE_AT = 64;
    uint256 private constant SIGNATURE_BYTES = 65;
    uint256 private constant TOP_PATH_AT = SIGNATURE_AT + SIGNATURE_BYTES;
    /// @dev u8 depth || u32 position, and u8 depth || u64 position.
    uint256 private constant TOP_PATH_HEAD = 5;
    uint256 private constant LEAF_PATH_HEAD = 9;
    /// @dev In the byte of a leaf path's depth: a lost node follows the path.
    uint256 private constant LOST = 0x80;
    /// @dev hash[32] || u64 weight, and hash[32] || u64 weight || u32 count || u128 first agreement.
    uint256 private constant INNER_BYTES = 40;
    uint256 private constant TOP_BYTES = 60;

    /// @notice Reads the part of an answer that shows an agreement: up to and including the top path.
    /// @param start Where it begins in `data`.
    function readMember(bytes calldata data, uint256 start) internal view returns (Member memory member) {
        uint256 path = start + TOP_PATH_AT;
        _requireBytes(data, path + TOP_PATH_HEAD);
        uint256 head = _word(data, start);
        member.agreement = AgreementId.wrap(head >> 128);
        member.revision = Revision({number: uint64(head >> 64), dataRoot: bytes32(_word(data, start + 32)), weight: uint64(head)});

        uint256 depth = _word(data, path) >> 248;
        uint256 position = uint32(_word(data, path) >> 216);
        uint256 siblings = path + TOP_PATH_HEAD;
        member.end = siblings + depth * TOP_BYTES;
        _requirePath(depth, position, MAX_TOP_DEPTH);
        _requireBytes(data, member.end);
        _climbTop(data, siblings, position, member);
    }

    /// @notice The consumer's signature of the member's revision.
    /// @param start Where the member begins in `data`; it was read before.
    function signatureOf(bytes calldata data, uint256 start) internal pure returns (bytes calldata) {
        return data[start + SIGNATURE_AT:start + TOP_PATH_AT];
    }

    /// @notice Reads the part of an answer that shows a leaf, or a lost node in its place: the path, then the leaf's bytes or the node.
    /// @param start Where it begins in `data`, which is the end of the member.
    function readLeaf(bytes calldata data, uint256 start) internal view returns (Leaf memory leaf) {
        uint256 siblings = start + LEAF_PATH_HEAD;
        _requireBytes(data, siblings);
        uint256 head = _word(data, start);
        leaf.isLost = (head >> 248) & LOST != 0;
        uint256 depth = (head >> 248) & ~LOST;
        uint256 position = uint64(head >> 184);
        uint256 shown = siblings + depth * INNER_BYTES;
        leaf.end = shown + (leaf.isLost ? INNER_BYTES : LEAF_BYTES);
        _requirePath(depth, position, MAX_LEAF_DEPTH);
        _requireBytes(data, leaf.end);

        leaf.node = leaf.isLost ? bytes32(_word(data, shown)) : sha256(data[shown:leaf.end]);
        leaf.weight = leaf.isLost ? uint64(_word(data, shown + 32) >> 192) : 1;
        _climbInner(data, siblings, position, leaf, shown);
    }

    /// @dev From the leaf or the lost node up to the data root; the siblings end where it is `shown`.
    function _climbInner(bytes calldata data, uint256 siblings, uint256 position, Leaf memory leaf, uint256 shown) private view {
        bytes32 hash = leaf.node;
        uint256 weight = leaf.weight;
        uint256 before;
        for (uint256 sibling = siblings; sibling < shown; sibling += INNER_BYTES) {
            uint256 siblingWeight = _word(data, sibling + 32) >> 192;
            hash = _parent(data, sibling, INNER_BYTES, hash, weight << 192, position & 1);
            if (position & 1 == 1) before += siblingWeight;
            weight += siblingWeight;
            position >>= 1;
        }
        (leaf.root, leaf.leaves, leaf.leavesBefore) = (hash, weight, before);
    }

    /// @dev From the agreement's node up to the top.
    function _climbTop(bytes calldata data, uint256 siblings, uint256 position, Member memory member) private view {
        (member.root, member.leaves, member.agreements) = (_agreementHash(member), member.revision.weight, 1);
        uint256 first = AgreementId.unwrap(member.agreement);
        for (uint256 sibling = siblings; sibling < member.end; sibling += TOP_BYTES) {
            uint256 totals = (member.leaves << 192) | (uint256(uint32(member.agreements)) << 160) | (first << 32);
            member.root = _parent(data, sibling, TOP_BYTES, member.root, totals, position & 1);
            totals = _word(data, sibling + 32);
            if (uint32(totals >> 160) != 0) first = _firstOf(member.agreement, first, uint128(totals >> 32), position & 1 == 1);
            if (position & 1 == 1) {
                member.leavesBefore += totals >> 192;
                member.agreementsBefore += uint32(totals >> 160);
            }
            member.leaves += totals >> 192;
            member.agreements += uint32(totals >> 160);
            position >>= 1;
        }
    }

    /// @dev The first agreement under a parent, one of whose sides begins with `neighbour`, the other, on the path, with `first`.
    function _firstOf(AgreementId agreement, uint256 first, uint256 neighbour, bool isRight) private pure returns (uint256) {
        uint256 id = AgreementId.unwrap(agreement);
        if (isRight ? neighbour >= id : neighbour <= id) revert IPossessionProofs.OutOfOrder(agreement, neighbour);
        return isRight ? neighbour : first;
    }

    function _agreementHash(Member memory member) private pure returns (bytes32) {
        Revision memory revision = member.revision;
        return sha256(abi.encode(member.agreement, uint256(revision.number), revision.dataRoot, uint256(revision.weight)));
    }

    /// @dev sha256(left || right), where one side is the node on the path and the other its sibling, as it stands in the data.
    /// @param sibling Where the sibling begins; all its bytes were checked to be there.
    /// @param size Bytes of each side (40 or 60).
    /// @param totals What follows the hash of the node on the path, from the highest bit on, zero after it.
    /// @param isRight 1 if the node on the path is the right side, else 0.
    function _parent(
        bytes calldata data,
        uint256 sibling,
        uint256 size,
        bytes32 hash,
        uint256 totals,
        uint256 isRight
    ) private view returns (bytes32 parent) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // Works above the free memory pointer, and leaves it where it is.
            let buffer := mload(0x40)
            let node := add(buffer, mul(isRight, size))
            mstore(node, hash)
            // Writes beyond the node; where the sibling comes after it, the copy below overwrites that.
            mstore(add(node, 0x20), totals)
            calldatacopy(add(buffer, mul(iszero(isRight), size)), add(data.offset, sibling), size)
            // The precompile answers with 32 bytes; on a chain without it the call succeeds and answers nothing.
            let success := staticcall(gas(), 0x02, buffer, add(size, size), 0x00, 0x20)
            if iszero(and(success, eq(returndatasize(), 0x20))) {
                revert(0x00, 0x00)
            }
            parent := mload(0x00)
        }
    }

    /// @dev The 32 bytes from `start` on. Bytes beyond the data read as other call data or zero: callers check first that those that
    /// they use are there.
    function _word(bytes calldata data, uint256 start) private pure returns (uint256 word) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, start))
        }
    }

    function _requireBytes(bytes calldata data, uint256 needed) private pure {
        if (data.length < needed) revert IPossessionProofs.AnswersTooShort(data.length, needed);
    }

    /// @dev A position with bits above the path would be a second spelling of the same answer.
    function _requirePath(uint256 depth, uint256 position, uint256 maximum) private pure {
        if (depth > maximum) revert IPossessionProofs.PathTooLong(depth, maximum);
        if (position >> depth != 0) revert IPossessionProofs.PositionOutOfRange(position, depth);
    }
}
