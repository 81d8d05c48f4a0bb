using Marketplace.Client.Catalog;
using Marketplace.Client.Revisions;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Content;

/// <summary>What only the holder of the vault key can do for uploads and downloads.</summary>
public interface IVersionKeys
{
    /// <summary>Draws a fresh content key for a new version.</summary>
    /// <param name="layout">Its sizes and coding.</param>
    /// <param name="number">Its number.</param>
    /// <param name="previous">The live version of the name, or null.</param>
    IVersionSecrets Create(ObjectLayout layout, ulong number, StoredVersion? previous);

    /// <summary>Opens a stored version; null when the manifest is damaged, forged or another vault's.</summary>
    OpenedVersion? Open(StoredVersion version);

    /// <summary>Works out and signs the revision that adds fragments to an agreement.</summary>
    /// <returns>Never null: there is at least one fragment.</returns>
    PendingRevision Plan(CatalogTransaction catalog, RentedAgreement agreement, IReadOnlyList<NewFragment> additions);
}

/// <summary>The keys of a version that is being uploaded; erased on disposal.</summary>
public interface IVersionSecrets : IDisposable
{
    /// <summary>Encrypts and codes.</summary>
    ObjectCodec Codec { get; }

    /// <summary>The signed manifest's bytes.</summary>
    byte[] Seal(IReadOnlyList<IReadOnlyList<Hash256>> roots, IReadOnlyList<Placement> placements);
}

/// <summary>A stored version with its keys; erased on disposal.</summary>
/// <param name="Manifest">What the manifest says.</param>
/// <param name="Codec">Decrypts and rebuilds.</param>
public sealed record OpenedVersion(ObjectManifest Manifest, ObjectCodec Codec) : IDisposable
{
    /// <summary>Erases the keys.</summary>
    public void Dispose() => Codec.Dispose();
}
