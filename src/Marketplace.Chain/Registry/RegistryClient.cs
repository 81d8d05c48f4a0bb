using System.Text;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Registry;

/// <summary>ProviderRegistry: who provides space, and how well. A provider is known by its owner's address.</summary>
public sealed class RegistryClient
{
    /// <summary>The contract counts at most so many epochs at once.</summary>
    const ulong CountedAtOnce = 256;

    readonly ContractReader contract;
    readonly ulong deployBlock;

    internal RegistryClient(EthereumClient client, Address address, ulong deployBlock) =>
        (contract, this.deployBlock) = (new ContractReader(client, address), deployBlock);

    /// <summary>The contract.</summary>
    public Address Address => contract.Contract;

    /// <summary>The provider with this owner; null if none ever registered.</summary>
    /// <exception cref="AbiDecodingException">Its texts are not UTF-8.</exception>
    public async Task<ProviderInfo?> FindAsync(Address owner, BlockTag at = default, CancellationToken cancellationToken = default) =>
        ToInfo(owner, await contract.AskAsync(new ProviderRegistry.ProviderCall(owner), at, cancellationToken));

    /// <summary>The providers with these owners, in their order; null where none registered, or registered texts that are not UTF-8.</summary>
    public async Task<IReadOnlyList<ProviderInfo?>> FindManyAsync(
        IReadOnlyList<Address> owners, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. owners.Zip(
            await contract.AskManyOrNullAsync([.. owners.Select(owner => new ProviderRegistry.ProviderCall(owner))], at, cancellationToken),
            (owner, provider) => provider is null ? null : ToInfo(owner, provider))];

    /// <summary>Every owner that ever registered, in the order of registration.</summary>
    /// <param name="toBlock">The last block that counts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Address>> ListOwnersAsync(ulong toBlock, CancellationToken cancellationToken = default)
    {
        // Only the indexed owner is read: a registration whose texts are not UTF-8 must not hide the others.
        var filter = new LogFilter
        {
            FromBlock = deployBlock, ToBlock = toBlock, Addresses = [Address], Topics = ProviderRegistry.ProviderRegisteredEvent.Filter(),
        };
        var logs = await contract.Client.GetLogsAsync(filter, cancellationToken);
        return [.. logs.Where(log => log.Topics.Count == 2)
            .Select(log => EventTopics.Read(log.Topics[1], static (ref AbiReader reader) => reader.ReadAddress())).Distinct()];
    }

    /// <summary>Whether what a key signed for an agreement of the provider's binds it: the operator's does, and a former operator's for
    /// agreements from before its replacement.</summary>
    public Task<bool> BindsForAsync(
        Address provider, Address key, AgreementId agreement, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAsync(new ProviderRegistry.BindsForCall(provider, key, agreement), at, cancellationToken);

    /// <summary>Space that agreements hold.</summary>
    public Task<GiB> GetReservedAsync(Address provider, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAsync(new ProviderRegistry.ReservedOfCall(provider), at, cancellationToken);

    /// <summary>As <see cref="GetTrackRecordAsync"/> for many providers, in their order.</summary>
    public async Task<IReadOnlyList<ProviderTrackRecord>> GetTrackRecordsAsync(
        IReadOnlyList<Address> providers, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync([.. providers.Select(provider => new ProviderRegistry.TrackRecordCall(provider))], at, cancellationToken))
            .Select(ToRecord)];

    /// <summary>How well a provider has done, with all misses counted.</summary>
    public async Task<ProviderTrackRecord> GetTrackRecordAsync(Address provider, BlockTag at = default,
        CancellationToken cancellationToken = default) =>
        ToRecord(await contract.AskAsync(new ProviderRegistry.TrackRecordCall(provider), at, cancellationToken));

    /// <summary>What the next touch will slash for misses that nobody has counted yet, if there is as much.</summary>
    public Task<TokenAmount> GetPendingSlashAsync(Address provider, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new ProviderRegistry.PendingSlashCall(provider), at, cancellationToken);

    /// <summary>Whether a provider proved everything in an epoch.</summary>
    public Task<bool> HasProvenAsync(Address provider, Epoch epoch, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAsync(new ProviderRegistry.HasProvenCall(provider, epoch), at, cancellationToken);

    /// <summary>As <see cref="HasProvenAsync"/> for many providers and epochs, in their order.</summary>
    public Task<IReadOnlyList<bool>> HaveProvenAsync(
        IReadOnlyList<(Address Provider, Epoch Epoch)> wanted, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskManyAsync([.. wanted.Select(row => new ProviderRegistry.HasProvenCall(row.Provider, row.Epoch))], at, cancellationToken);

    /// <summary>Proven epochs in [from, to); at most 256 epochs apart.</summary>
    /// <exception cref="ContractErrorException">They are further apart.</exception>
    public Task<ulong> CountProvenAsync(Address provider, Epoch from, Epoch to, BlockTag at = default,
        CancellationToken cancellationToken = default) =>
        contract.AskAsync(new ProviderRegistry.ProvenCountCall(provider, from, to), at, cancellationToken);

    /// <summary>As <see cref="CountProvenAsync"/> for many providers and stretches of any length, in their order; nothing for a stretch that ends before it begins.</summary>
    public async Task<IReadOnlyList<ulong>> CountProvenManyAsync(
        IReadOnlyList<(Address Provider, Epoch From, Epoch To)> wanted, BlockTag at = default, CancellationToken cancellationToken = default)
    {
        var parts = wanted.SelectMany((row, index) => Parts(row.From.Value, row.To.Value).Select(part => (Index: index, Call: new ProviderRegistry.ProvenCountCall(
            row.Provider, new Epoch(part.From), new Epoch(part.To))))).ToList();
        var counts = await contract.AskManyAsync([.. parts.Select(part => part.Call)], at, cancellationToken);
        var sums = new ulong[wanted.Count];
        foreach (var (part, count) in parts.Zip(counts))
            sums[part.Index] += count;
        return sums;
    }

    /// <summary>The newest epoch of a stretch that each of some providers proved, in their order; null where it proved none of it.</summary>
    public async Task<IReadOnlyList<Epoch?>> FindLastProvenAsync(
        IReadOnlyList<Address> providers, Epoch first, Epoch last, BlockTag at = default, CancellationToken cancellationToken = default)
    {
        if (last < first)
            return [.. providers.Select(_ => (Epoch?)null)];
        // By halves, all providers at once; but whoever is well has proven one of the newest two.
        var stretches = providers.Select(provider => (Provider: provider, From: first, To: last + 1)).ToList();
        var middles = stretches.ConvertAll(_ => last > first ? new Epoch(last.Value - 1) : first);
        while (stretches.Any(row => row.To - row.From > 1))
        {
            var later = await CountProvenManyAsync([.. stretches.Zip(middles, (row, middle) => (row.Provider, middle, row.To))], at, cancellationToken);
            stretches = [.. stretches.Select((row, i) => later[i] > 0 ? row with { From = middles[i] } : middles[i] > row.From ? row with { To = middles[i] } : row)];
            middles = stretches.ConvertAll(row => row.From + (row.To - row.From) / 2);
        }
        var proven = await HaveProvenAsync([.. stretches.Select(row => (row.Provider, row.From))], at, cancellationToken);
        return [.. stretches.Zip(proven, (row, isProven) => isProven ? (Epoch?)row.From : null)];
    }

    /// <summary>Registers the sender.</summary>
    public TransactionRequest Register(ProviderParticulars particulars) => contract.Send(new ProviderRegistry.RegisterCall(
        particulars.Operator, particulars.Endpoint, particulars.TlsKeyHash, RegionBytes(particulars.Region), particulars.Metadata));

    /// <summary>Replaces the sender's particulars.</summary>
    public TransactionRequest Update(ProviderParticulars particulars) => contract.Send(new ProviderRegistry.UpdateCall(
        particulars.Operator, particulars.Endpoint, particulars.TlsKeyHash, RegionBytes(particulars.Region), particulars.Metadata));

    /// <summary>Counts a provider's missed epochs and takes what they cost. Anybody may send it.</summary>
    public TransactionRequest SettleMisses(Address provider) => contract.Send(new ProviderRegistry.SettleMissesCall(provider));

    /// <summary>Lets a provider's duty to prove end with the last agreement that holds its space, where a longer one was ended early. Anybody
    /// may send it.</summary>
    /// <param name="provider">Whose duty it is.</param>
    /// <param name="all">Every agreement that holds its space, in ascending order.</param>
    public TransactionRequest ShortenObligation(Address provider, IReadOnlyList<AgreementId> all) =>
        contract.Send(new ProviderRegistry.ShortenObligationCall(provider, all));

    static IEnumerable<(ulong From, ulong To)> Parts(ulong from, ulong to)
    {
        for (; from < to; from += CountedAtOnce)
            yield return (from, Math.Min(to, from + CountedAtOnce));
    }

    static ProviderTrackRecord ToRecord(TrackRecord record) => new(record.Proven, record.Missed, record.Slashed.ToToken());

    /// <summary>Null where nobody registered. A region that is not two capital letters is shown as none.</summary>
    static ProviderInfo? ToInfo(Address owner, Provider provider) => provider.Operator == Address.Zero ? null : new ProviderInfo(
        owner, provider.RegisteredAt,
        new ProviderParticulars(provider.Operator, provider.Endpoint, provider.TlsKeyHash, RegionText(provider.Region), provider.Metadata));

    internal static string RegionText(Bytes region) =>
        region.Length == 2 && char.IsAsciiLetterUpper((char)region.Span[0]) && char.IsAsciiLetterUpper((char)region.Span[1])
            ? Encoding.ASCII.GetString(region.Span) : "";

    static Bytes RegionBytes(string region) => region switch
    {
        "" => new byte[2],
        [var first, var second] when char.IsAsciiLetterUpper(first)
            && char.IsAsciiLetterUpper(second) => new[] { (byte)first, (byte)second },
        _ => throw new ArgumentException("A region is an ISO 3166-1 alpha-2 code in capital letters, or empty.", nameof(region)),
    };
}
