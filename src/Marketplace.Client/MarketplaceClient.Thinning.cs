using Marketplace.Client.Content;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;

namespace Marketplace.Client;

/// <summary>What the end of agreements leaves of what is stored.</summary>
public sealed partial class MarketplaceClient
{
    /// <summary>
    /// The objects of which one of some agreements holds a fragment, by how many fragments they have without those; the fewest first. Those whose manifests are damaged
    /// cannot be read anyway, and are not counted. Reads all of their manifests.
    /// </summary>
    /// <param name="ending">The agreements.</param>
    /// <param name="staying">Agreements that run on.</param>
    public IReadOnlyList<ThinnedObjects> FindThinned(IReadOnlySet<AgreementId> ending, IReadOnlySet<AgreementId> staying) => catalog.Read(read =>
        (IReadOnlyList<ThinnedObjects>)[.. read.EnumerateHeld(ending).Select(version => ManifestCodec.Peek(version.Manifest)).OfType<ObjectManifest>()
            .CountBy(manifest => (Left: manifest.Placements.Count(placement => !ending.Contains(placement.Agreement) && staying.Contains(placement.Agreement)), manifest.Layout.Coding))
            .Select(row => new ThinnedObjects(row.Value, row.Key.Left, row.Key.Coding.TotalFragments, row.Key.Coding.DataFragments, row.Key.Coding.RepairAt))
            .OrderBy(row => row.Left - row.Needed)]);
}
