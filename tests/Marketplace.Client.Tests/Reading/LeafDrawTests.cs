using Marketplace.Client.Catalog;
using Marketplace.Client.Watching;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Tests.Reading;

public sealed class LeafDrawTests
{
    static readonly VersionId Wanted = new(1), Other = new(2);

    static readonly StoredSlot[] Slots =
        [new(0, Hash256.Zero, 3, Other), new(2, Hash256.Zero, 2, Wanted), new(5, Hash256.Zero, 4, null), new(7, Hash256.Zero, 1, Wanted)];

    [Fact]
    public void Leaf_IsOneOfTheVersionsOwn_AndEachCanBeDrawn()
    {
        var drawn = Enumerable.Range(0, 500).Select(_ => LeafDraw.From(Slots, Wanted)!.Value).Distinct().Order();

        Assert.Equal([3ul, 4ul, 9ul], drawn);
    }

    [Fact]
    public void VersionThatIsNotThere_HasNone() => Assert.Null(LeafDraw.From(Slots, new VersionId(9)));
}
