// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GiB, ListingId} from "../types/MarketplaceTypes.sol";

/// @title Offers of space
/// @notice Price and terms bind: an agreement copies them when it opens, and the price where it is extended.
interface IListingBook {
    /// @param price Token base units per GiB per epoch.
    /// @param available Space still on offer.
    /// @param minTerm Shortest term in epochs.
    /// @param maxTerm Longest term in epochs.
    /// @param egressPrice Token base units per GiB read.
    /// @param autoAccept Whether agreements open, and are extended, without the provider's answer.
    /// @param onlyFor The one consumer who may take it, or zero for everybody.
    struct Terms {
        uint256 price;
        GiB available;
        uint64 minTerm;
        uint64 maxTerm;
        uint256 egressPrice;
        bool autoAccept;
        address onlyFor;
    }

    struct Listing {
        address provider;
        bool withdrawn;
        Terms terms;
    }

    event ListingPublished(ListingId indexed listing, address indexed provider, Terms terms);
    event ListingChanged(ListingId indexed listing, Terms terms);
    event ListingWithdrawn(ListingId indexed listing);
    event ListingTaken(ListingId indexed listing, GiB space, GiB available);
    event ListingReturned(ListingId indexed listing, GiB space, GiB available);

    error UnknownListing(ListingId listing);
    error NotListingOwner(ListingId listing, address caller);
    error ListingIsWithdrawn(ListingId listing);
    error ListingIsPrivate(ListingId listing, address consumer);
    error NotAProvider(address caller);
    error TermBoundsInvalid(uint64 minTerm, uint64 maxTerm);
    error PriceTooHigh(uint256 price, uint256 maximum);
    error SpaceIsZero();
    error SpaceNotAvailable(ListingId listing, GiB requested, GiB available);
    error OnlyAgreements(address caller);

    /// @notice Offers space of the sender, who must be a registered provider.
    function publish(Terms calldata terms) external returns (ListingId);

    /// @notice Replaces the terms for agreements that open or are extended from now on. With no space at all on offer, agreements can only
    /// be made longer.
    function change(ListingId listing, Terms calldata terms) external;

    /// @notice Ends the offer; agreements opened under it run on, and can be extended under another one.
    function withdraw(ListingId listing) external;

    /// @notice Takes space, or none for more time alone, out of an offer that is open to `consumer`. Only StorageAgreements.
    function take(ListingId listing, GiB space, address consumer) external;

    /// @notice Returns space of a declined or withdrawn proposal, or of an agreement that ended or moved to another offer. Never fails for
    /// a known listing, so that no settlement can be held up by an offer. Only StorageAgreements.
    function giveBack(ListingId listing, GiB space) external;

    /// @notice Reverts with UnknownListing for a number that was never given.
    function listing(ListingId id) external view returns (Listing memory);

    /// @notice The number of listings ever published; their numbers are 1 to this.
    function listingCount() external view returns (uint256);
}
