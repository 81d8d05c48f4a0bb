using Marketplace.Client.Catalog;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Recovery;

/// <summary>A page of a large catalog, as its snapshot names it: a hidden object of its own.</summary>
/// <param name="Digest">SHA-256 of the page's rows as they are written.</param>
/// <param name="Manifest">The object's signed manifest.</param>
sealed record SnapshotPart(Hash256 Digest, byte[] Manifest)
{
    /// <summary>The hidden object's name.</summary>
    public ObjectName Name => NameOf(Digest);

    /// <summary>The hidden name of a page.</summary>
    public static ObjectName NameOf(Hash256 digest) =>
        ObjectName.TryCreate($"{CatalogPublisher.SnapshotName}/{digest}", out var name, out var problem) ? name : throw new InvalidOperationException(problem);
}
