// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IListingBook} from "../interfaces/IListingBook.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {GiB, ListingId} from "../types/MarketplaceTypes.sol";

/// @title Offers of space
/// @notice See IListingBook.
contract ListingBook is IListingBook {
    /// @notice The highest price, which keeps price x GiB x epochs below 2^256.
    uint256 public constant MAX_PRICE = type(uint128).max;

    /// @notice Knows who is a provider.
    IProviderRegistry public immutable registry;
    /// @notice StorageAgreements, which takes space and gives it back.
    address public immutable agreements;

    /// @inheritdoc IListingBook
    uint256 public override listingCount;
    mapping(ListingId id => Listing) private _listings;

    constructor(IProviderRegistry registry_, address agreements_) {
        registry = registry_;
        agreements = agreements_;
    }

    modifier onlyAgreements() {
        if (msg.sender != agreements) revert OnlyAgreements(msg.sender);
        _;
    }

    /// @inheritdoc IListingBook
    function publish(Terms calldata terms) external override returns (ListingId id) {
        if (!registry.isRegistered(msg.sender)) revert NotAProvider(msg.sender);
        if (terms.available.value() == 0) revert SpaceIsZero();
        _requireValid(terms);
        id = ListingId.wrap(++listingCount);
        _listings[id] = Listing({provider: msg.sender, withdrawn: false, terms: terms});
        emit ListingPublished(id, msg.sender, terms);
    }

    /// @inheritdoc IListingBook
    function change(ListingId listing_, Terms calldata terms) external override {
        Listing storage item = _ownOffer(listing_);
        _requireValid(terms);
        item.terms = terms;
        emit ListingChanged(listing_, terms);
    }

    /// @inheritdoc IListingBook
    function withdraw(ListingId listing_) external override {
        _ownOffer(listing_).withdrawn = true;
        emit ListingWithdrawn(listing_);
    }

    /// @inheritdoc IListingBook
    function take(ListingId listing_, GiB space, address consumer) external override onlyAgreements {
        Listing storage item = _known(listing_);
        if (item.withdrawn) revert ListingIsWithdrawn(listing_);
        address onlyFor = item.terms.onlyFor;
        if (onlyFor != address(0) && onlyFor != consumer) revert ListingIsPrivate(listing_, consumer);
        GiB available = item.terms.available;
        if (space.value() > available.value()) revert SpaceNotAvailable(listing_, space, available);
        item.terms.available = GiB.wrap(available.value() - space.value());
        emit ListingTaken(listing_, space, item.terms.available);
    }

    /// @inheritdoc IListingBook
    function giveBack(ListingId listing_, GiB space) external override onlyAgreements {
        Listing storage item = _known(listing_);
        uint64 available = item.terms.available.value();
        // Saturates: a provider may have offered the whole range anew in the meantime.
        uint64 room = type(uint64).max - available;
        item.terms.available = GiB.wrap(available + (space.value() < room ? space.value() : room));
        emit ListingReturned(listing_, space, item.terms.available);
    }

    /// @inheritdoc IListingBook
    function listing(ListingId id) external view override returns (Listing memory) {
        return _known(id);
    }

    function _ownOffer(ListingId id) private view returns (Listing storage item) {
        item = _known(id);
        if (item.provider != msg.sender) revert NotListingOwner(id, msg.sender);
        if (item.withdrawn) revert ListingIsWithdrawn(id);
    }

    function _known(ListingId id) private view returns (Listing storage item) {
        item = _listings[id];
        if (item.provider == address(0)) revert UnknownListing(id);
    }

    function _requireValid(Terms calldata terms) private pure {
        if (terms.minTerm == 0 || terms.minTerm > terms.maxTerm) revert TermBoundsInvalid(terms.minTerm, terms.maxTerm);
        if (terms.price > MAX_PRICE) revert PriceTooHigh(terms.price, MAX_PRICE);
        if (terms.egressPrice > MAX_PRICE) revert PriceTooHigh(terms.egressPrice, MAX_PRICE);
    }
}
