using System.Security.Cryptography;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Reading;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Core.Content;

namespace Marketplace.Client.Watching;

/// <summary>Asks providers for leaves that only somebody who still has the fragments can show.</summary>
public sealed class ObjectWatch(IMarketView market, IProviderTransport transport, IVersionKeys keys, ReadingAccount account)
{
    /// <summary>Leaves asked for in a random check of a fragment.</summary>
    const int Sample = 4;

    /// <summary>Fragments of one provider that a random check looks at.</summary>
    const int MaxFragmentsSampled = 16;

    /// <summary>Checks a version: all bytes of every fragment, or a few random leaves of some fragments of each provider.</summary>
    /// <returns>Null when the manifest is damaged or not this vault's.</returns>
    public async Task<ObjectHealth?> CheckAsync(StoredVersion version, bool isFull, CancellationToken cancellationToken)
    {
        using var opened = keys.Open(version);
        if (opened is null)
            return null;
        var manifest = opened.Manifest;
        var checks = await Task.WhenAll(manifest.Placements.Select((_, index) => CheckAsync(manifest, index, isFull, cancellationToken)));
        await account.PayAsync(cancellationToken);
        return new ObjectHealth(
            [.. checks.Select(check => check.Health)], manifest.Layout.DataFragments, manifest.Layout.Coding.RepairAt,
                checks.Sum(check => check.Bytes));
    }

    async Task<(
        HolderHealth Health, long Bytes)> CheckAsync(ObjectManifest manifest, int index, bool isFull, CancellationToken cancellationToken)
    {
        var placement = manifest.Placements[index];
        if (await market.FindProviderAsync(placement.Provider, cancellationToken) is not { } profile)
            return (new HolderHealth(
                index, placement.Agreement, placement.Provider, 0, manifest.Layout.Segments, new ProviderFailure(
                    FailureKind.Unreachable, "It is not registered.")), 0);
        var channel = transport.Open(profile.Endpoint, placement.Agreement);
        var (asked, failed, bytes) = (0, 0, 0L);
        ProviderFailure? first = null;
        foreach (var segment in SegmentsToCheck(manifest.Layout, isFull))
        {
            asked++;
            var (failure, read) = await CheckFragmentAsync(channel, manifest, segment, index, isFull, cancellationToken);
            bytes += read;
            await account.PayIfDueAsync(cancellationToken);
            if (failure is null)
                continue;
            failed++;
            first ??= failure;
            if (failure.Kind is FailureKind.Unreachable or FailureKind.Stalled or FailureKind.WrongKey)
                break;
        }
        return (new HolderHealth(index, placement.Agreement, placement.Provider, asked, failed, first), bytes);
    }

    static IEnumerable<int> SegmentsToCheck(ObjectLayout layout, bool isFull)
    {
        if (isFull || layout.Segments <= MaxFragmentsSampled)
            return Enumerable.Range(0, layout.Segments);
        return Enumerable.Range(0, MaxFragmentsSampled).Select(_ => RandomNumberGenerator.GetInt32(layout.Segments)).Distinct();
    }

    async Task<(ProviderFailure? Failure, long Bytes)> CheckFragmentAsync(
        IAgreementChannel channel, ObjectManifest manifest, int segment, int index, bool isFull, CancellationToken cancellationToken)
    {
        var leaves = (int)manifest.Layout.FragmentLeaves(segment);
        var count = isFull ? leaves : Math.Min(Sample, leaves);
        var first = isFull ? 0 : RandomNumberGenerator.GetInt32(leaves - count + 1);
        var buffer = new byte[count * SegmentLayout.LeafSize];
        var root = manifest.Roots[segment][index];
        var answer = await channel.ReadLeavesAsync(root, (uint)first, buffer, cancellationToken);
        if (!answer.TryGet(out var hashes, out var failure))
            return (failure, 0);
        if (!Roots.AreLeavesOf(root, (uint)leaves, (uint)first, buffer, hashes))
            return (ProviderFailure.Lie("The bytes are not those of the fragment that was stored."), buffer.Length);
        account.Count(channel, buffer.Length);
        return (null, buffer.Length);
    }
}
