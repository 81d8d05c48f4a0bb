using System.Globalization;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Tests.Vectors;

/// <summary>Writes tests/vectors/sum-trees.json (see the README there).</summary>
public sealed class SumTreeVectorTests
{
    static readonly int[] Sizes =
    [
        1, 1023, 1024, 1025, 2047, 2048, 2049, 3072, 3073, 4096, 4097, 5120, 7 * 1024, 8 * 1024, 8 * 1024 + 1, 31 * 1024, 32 * 1024, 33 * 1024, 65 * 1024 - 5,
    ];

    [Fact]
    public void SumTrees_Committed_AreWhatTheCodeProduces() => VectorFile.Check(
        "sum-trees.json",
        new
        {
            Inner = Nodes.SelectMany(left => Nodes.Select(right => new { Left = Describe(left), Right = Describe(right), Node = Describe(SumNode.Combine(left, right)) })),
            Top = Tops.SelectMany(left => Tops.Select(right => new { Left = Describe(left), Right = Describe(right), Node = Describe(TopNode.Combine(left, right)) })),
            Agreements = Contents.Select(contents => new { Contents = Describe(contents), Node = Describe(contents.ToNode()) }),
            Fragments = Sizes.Select(size => new { Bytes = size, Root = Describe(FragmentTree.ComputeRoot(Fragment(size))) }),
            Ranges = Ranges(),
            AgreementTrees = SlotSets.Select(slots => DescribeTree(slots)),
            ProviderTrees = SlotSets.Select(slots => DescribeProvider(slots)),
        });

    /// <summary>Byte i is (167 i + 13 (i / 1024)) mod 256, so that no two leaves of a fragment are alike.</summary>
    static byte[] Fragment(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(167 * i + 13 * (i / 1024)))];

    static SumNode[] Nodes => [SumNode.Empty, new(Digest.Of("a"u8), 1), new(Digest.Of("b"u8), 1UL << 40)];

    static TopNode[] Tops => [TopNode.Empty, new(Digest.Of("a"u8), 0, 1, new(5)), new(Digest.Of("b"u8), 1UL << 40, 1U << 20, new(UInt128.MaxValue))];

    static AgreementContents[] Contents =>
    [
        AgreementContents.Initial(new AgreementId(1)),
        new(new AgreementId(2), 3, Digest.Zero, 0),
        new(new AgreementId(UInt128.MaxValue), ulong.MaxValue, Digest.Of("root"u8), ulong.MaxValue),
    ];

    static uint[][] SlotSets => [[], [0], [1], [0, 1], [2], [0, 2], [0, 1, 2, 3], [4], [0, 3, 5, 6], [63], [64], [1, 1000], [65535]];

    static SumNode FragmentAt(uint slot) => FragmentTree.ComputeRoot(Fragment((int)(slot % 5 * 1024) + 1));

    static AgreementContents ContentsAt(uint slot) => slot % 3 == 0
        ? AgreementContents.Initial(new AgreementId(slot + 1))
        : AgreementContents.Of(new AgreementId(slot + 1), slot, FragmentAt(slot));

    static IEnumerable<object> Ranges()
    {
        foreach (var (size, first, count) in new[] { (5000, 0, 5), (5000, 0, 1), (5000, 4, 1), (5000, 1, 3), (8192, 3, 2), (33 * 1024, 32, 1), (33 * 1024, 15, 2), (1, 0, 1) })
        {
            var tree = FragmentTree.Build(Fragment(size));
            yield return new
            {
                Bytes = size,
                First = first,
                Count = count,
                Root = Describe(tree.Root),
                Hashes = tree.RangeHashes((ulong)first, (ulong)count).Select(hash => hash.ToString()),
            };
        }
    }

    static object DescribeTree(uint[] slots)
    {
        var tree = AgreementTree.Load(slots.Select(slot => KeyValuePair.Create(slot, FragmentAt(slot))));
        return new
        {
            Slots = slots.Select(slot => new { Slot = slot, Fragment = Describe(FragmentAt(slot)), Siblings = tree.PathOf(slot).Siblings.Select(Describe) }),
            Root = Describe(tree.Root),
        };
    }

    static object DescribeProvider(uint[] slots)
    {
        var tree = ProviderTree.Load(slots.Select(slot => KeyValuePair.Create(slot, ContentsAt(slot))));
        return new
        {
            Slots = slots.Select(slot => new { Slot = slot, Contents = Describe(ContentsAt(slot)), Siblings = tree.PathOf(slot).Siblings.Select(Describe) }),
            Root = Describe(tree.Root),
        };
    }

    static object Describe(SumNode node) => new { Hash = node.Hash.ToString(), Weight = Text(node.Weight) };

    static object Describe(TopNode node) => new { Hash = node.Hash.ToString(), Weight = Text(node.Weight), Count = node.Agreements, First = node.First.ToString() };

    static object Describe(AgreementContents contents) => new
    {
        Id = contents.Id.ToString(),
        Revision = Text(contents.Revision),
        DataRoot = contents.DataRoot.ToString(),
        Weight = Text(contents.Weight),
    };

    static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
