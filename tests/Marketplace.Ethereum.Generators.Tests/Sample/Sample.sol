// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

type TicketId is uint256;
type Slot is uint64;
type Label is bytes32;
type Unmapped is uint32;

struct Point {
    int32 x;
    int128 y;
}

/// The ABI that the generator's tests are compiled with: whatever Solidity's ABI has.
contract Sample {
    enum Mood {
        Calm,
        Cross
    }

    struct Inner {
        TicketId id;
        string text;
        bytes[] parts;
    }

    struct Outer {
        Point origin;
        Inner[] inners;
        uint8[2][] pairs;
        Mood mood;
        address payable payee;
        Outer2 last;
    }

    struct Outer2 {
        bytes4 tag;
        uint256 outer2;
    }

    event Noted(TicketId indexed ticket, address indexed who, string indexed topic, Point at, bytes note);
    event Plain();
    event Moved(Point indexed from, Slot indexed slot, int256 delta);
    event Moved(Mood indexed mood);

    error Refused(TicketId ticket, Mood mood, string why);
    error Closed(Slot until);

    Outer private stored;

    constructor(address owner, Point[] memory points, string memory name) payable {}

    function transfer(address to, uint256 value) external returns (bool) {}

    function find(TicketId ticket) external view returns (Outer memory) {}

    function find(Slot slot, uint256[3] calldata keys) external view returns (TicketId ticket, bool, string memory name) {}

    function find() external pure {}

    function put(Outer calldata outer, Inner[][2] calldata grid) external payable {}

    function BIG_NUMBERS(uint8 a, uint16 b, uint24 c, uint40 d, uint72 e, uint136 f, int8 g, int24 h, int64 i, int72 j, int136 k) external pure returns (int8) {}

    function odd(bytes calldata selector, Label label, Unmapped event_, Sample self, function() external callback, bytes1 class) external pure returns (bytes31) {}
}
