using System.Runtime.CompilerServices;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Listings;

/// <summary>ListingBook: offers of space.</summary>
public sealed class ListingsClient
{
    readonly ContractReader contract;

    internal ListingsClient(EthereumClient client, Address address) => contract = new ContractReader(client, address);

    /// <summary>The contract.</summary>
    public Address Address => contract.Contract;

    /// <summary>An offer, withdrawn or not.</summary>
    /// <exception cref="ContractErrorException">UnknownListing: the number was never given.</exception>
    public async Task<ListingInfo> GetAsync(ListingId id, BlockTag at = default, CancellationToken cancellationToken = default) =>
        ToInfo(id, await contract.AskAsync(new ListingBook.ListingCall(id), at, cancellationToken));

    /// <summary>Many offers, withdrawn or not, in the order given.</summary>
    /// <exception cref="ContractErrorException">UnknownListing: one of the numbers was never given.</exception>
    public async Task<IReadOnlyList<ListingInfo>> GetManyAsync(
        IReadOnlyList<ListingId> ids, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. ids.Zip(await contract.AskManyAsync([.. ids.Select(id => new ListingBook.ListingCall(id))], at, cancellationToken), ToInfo)];

    /// <summary>Offers ever published; their numbers are 1 to this.</summary>
    public async Task<ulong> CountAsync(BlockTag at = default, CancellationToken cancellationToken = default) =>
        (await contract.AskAsync(new ListingBook.ListingCountCall(), at, cancellationToken)).ToCount();

    /// <summary>All offers in the order of publication, withdrawn ones too, read in pages as they are taken.</summary>
    /// <param name="at">A block's hash for one consistent state.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<ListingInfo> ListAsync(BlockTag at = default,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var count = await CountAsync(at, cancellationToken);
        foreach (var page in ContractReader.Pages(count))
        {
            var ids = page.Select(number => new ListingId(number)).ToArray();
            foreach (var listing in await GetManyAsync(ids, at, cancellationToken))
                yield return listing;
        }
    }

    /// <summary>Offers space of the sender, a registered provider.</summary>
    public TransactionRequest Publish(ListingTerms terms) => contract.Send(new ListingBook.PublishCall(ToAbi(terms)));

    /// <summary>Replaces the terms for agreements that open or are extended from now on.</summary>
    public TransactionRequest Change(ListingId id, ListingTerms terms) => contract.Send(new ListingBook.ChangeCall(id, ToAbi(terms)));

    /// <summary>Ends the offer; agreements opened under it run on.</summary>
    public TransactionRequest Withdraw(ListingId id) => contract.Send(new ListingBook.WithdrawCall(id));

    /// <summary>The number that <see cref="Publish"/> gave to the offer.</summary>
    /// <exception cref="ArgumentException">The transaction published nothing.</exception>
    public ListingId ReadPublished(TransactionReceipt receipt) =>
        EventLog.OfType<ListingBook.ListingPublishedEvent>(receipt.Logs.Where(log => log.Address == Address)).FirstOrDefault()?.Event.Listing
        ?? throw new ArgumentException("The transaction published no listing.", nameof(receipt));

    internal static ListingTerms ToTerms(Terms terms) =>
        new(terms.Price.ToToken(), terms.Available, terms.MinTerm, terms.MaxTerm, terms.EgressPrice.ToToken(), terms.AutoAccept,
            terms.OnlyFor == Address.Zero ? null : terms.OnlyFor);

    static ListingInfo ToInfo(ListingId id, Listing listing) => new(id, listing.Provider, listing.Withdrawn, ToTerms(listing.Terms));

    static Terms ToAbi(ListingTerms terms) =>
        new(terms.Price.ToUInt256(), terms.Available, terms.MinTerm, terms.MaxTerm, terms.EgressPrice.ToUInt256(), terms.AutoAccept,
            terms.OnlyFor ?? Address.Zero);
}
