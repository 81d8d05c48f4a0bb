using System.Net;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Transport;

/// <summary>A fragment on its way to a provider.</summary>
/// <param name="Root">Its root.</param>
/// <param name="Bytes">Whole leaves; must stay unchanged until the call ends.</param>
public readonly record struct OutgoingFragment(Hash256 Root, ReadOnlyMemory<byte> Bytes);

/// <summary>How a provider answered a probe.</summary>
/// <param name="Status">What it says of itself.</param>
/// <param name="Latency">From the request to the answer on an open connection.</param>
/// <param name="Address">The network address that the connection went to.</param>
public sealed record Probe(StatusMessage Status, TimeSpan Latency, IPAddress Address);

/// <summary>
/// The calls of docs/protocol.md, section 6.2. Every failure that a provider or the network can cause is a value; only cancellation throws.
/// Answers are well-formed and within their bounds, but nothing in them is verified against a root or a key yet.
/// </summary>
public interface IProviderTransport
{
    /// <summary>Asks a provider for its status and measures how fast it answers.</summary>
    Task<Answer<Probe>> ProbeAsync(ProviderEndpoint provider, CancellationToken cancellationToken);

    /// <summary>Opens the calls of one agreement. Cheap: nothing is sent, and connections are shared.</summary>
    IAgreementChannel Open(ProviderEndpoint provider, AgreementId agreement);
}

/// <summary>The calls of one agreement at its provider. Safe for use from several tasks at once.</summary>
public interface IAgreementChannel
{
    /// <summary>The provider's node.</summary>
    ProviderEndpoint Provider { get; }

    /// <summary>The agreement.</summary>
    AgreementId Agreement { get; }

    /// <summary>Stores fragments. The answer has one result for each, in order.</summary>
    Task<Answer<FragmentResultsMessage>> StoreAsync(IReadOnlyList<OutgoingFragment> fragments, CancellationToken cancellationToken);

    /// <summary>Asks the provider to agree to a revision.</summary>
    Task<Answer<CountersignatureMessage>> PostRevisionAsync(RevisionRequest request, CancellationToken cancellationToken);

    /// <summary>The provider's current revision.</summary>
    Task<Answer<RevisionMessage>> GetRevisionAsync(CancellationToken cancellationToken);

    /// <summary>Occupied slots from <paramref name="from"/> on.</summary>
    Task<Answer<SlotsMessage>> GetSlotsAsync(uint from, int count, CancellationToken cancellationToken);

    /// <summary>Reads leaves from <paramref name="first"/> on into <paramref name="leaves"/> and answers with the proof's hashes.</summary>
    /// <param name="root">The fragment.</param>
    /// <param name="first">The first leaf.</param>
    /// <param name="leaves">A positive multiple of 1,024 bytes; its contents are undefined when the call fails.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Answer<IReadOnlyList<Hash256>>> ReadLeavesAsync(
        Hash256 root, uint first, Memory<byte> leaves, CancellationToken cancellationToken);

    /// <summary>The agreement's path in one of the provider's checkpoints; <see cref="RefusalCode.NotFound"/> when it is not in it.</summary>
    /// <param name="root">The checkpoint's; null for the newest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Answer<InclusionMessage>> GetInclusionAsync(Hash256? root, CancellationToken cancellationToken);

    /// <summary>Leaves a voucher for what was read; <see cref="RefusalCode.VoucherConflict"/> when a higher one is there.</summary>
    Task<Answer<Done>> PostVoucherAsync(VoucherMessage voucher, CancellationToken cancellationToken);

    /// <summary>The highest voucher that the provider has; <see cref="RefusalCode.NotFound"/> when there is none.</summary>
    Task<Answer<VoucherMessage>> GetVoucherAsync(CancellationToken cancellationToken);

    /// <summary>Leaves a catalog record with the provider.</summary>
    Task<Answer<Done>> PutRecordAsync(CatalogRecord record, CancellationToken cancellationToken);

    /// <summary>The catalog record that the provider keeps; <see cref="RefusalCode.NotFound"/> when there is none.</summary>
    Task<Answer<CatalogRecord>> GetRecordAsync(CancellationToken cancellationToken);
}
