using Marketplace.Client.Content;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;

namespace Marketplace.Client;

/// <summary>What the end of an agreement leaves of what is stored.</summary>
public sealed partial class MarketplaceClient
{
    /// <summary>
    /// The objects of which an agreement holds a fragment, by how many fragments they have without it; the fewest first. Those whose manifests are damaged
    /// cannot be read anyway, and are not counted. Reads all of their manifests.
    /// </summary>
    /// <param name="ending">The agreement.</param>
    /// <param name="staying">Agreements that run on.</param>
    public IReadOnlyList<ThinnedObjects> FindThinned(AgreementId ending, IReadOnlySet<AgreementId> staying) => catalog.Read(read =>
        (IReadOnlyList<ThinnedObjects>)[.. read.EnumerateHeld(ending).Select(version => ManifestCodec.Peek(version.Manifest)).OfType<ObjectManifest>()
            .CountBy(manifest => (Left: manifest.Placements.Count(placement => placement.Agreement != ending && staying.Contains(placement.Agreement)), manifest.Layout.Coding))
            .Select(row => new ThinnedObjects(row.Value, row.Key.Left, row.Key.Coding.TotalFragments, row.Key.Coding.DataFragments, row.Key.Coding.RepairAt))
            .OrderBy(row => row.Left - row.Needed)]);
}
