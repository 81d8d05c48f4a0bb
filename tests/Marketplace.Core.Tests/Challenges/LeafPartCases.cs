using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.Challenges;

/// <summary>A leaf of a revision that is demanded by an audit, and the bytes that are sent.</summary>
internal sealed record LeafPartCase(string Name, AgreementContents Contents, ulong Leaf, byte[] Bytes)
{
    /// <summary>Nodes that were declared lost in time.</summary>
    public IReadOnlySet<SumNode> Declared { get; init; } = new HashSet<SumNode>();

    public AnswerProblem Problem => LeafVerifier.Verify(Contents, Leaf, Bytes, (_, node) => Declared.Contains(node));
}

/// <summary>Answers to audits that must be accepted, and such that must not.</summary>
internal static class LeafPartCases
{
    const ulong Wanted = 13;

    static RandomTrees Trees => new(21, new(1, 5, 9, IsExact: true));

    public static IEnumerable<LeafPartCase> Accepted()
    {
        var trees = Trees;
        var agreement = trees.Agreements[0];
        foreach (var leaf in new[] { 0UL, Wanted, agreement.Contents.Weight - 1 })
            yield return new($"leaf {leaf}", agreement.Contents, leaf, Shown(trees, leaf).Encode());
        for (var levels = 0; levels <= Shown(trees, Wanted).Path.Siblings.Length; levels++)
            yield return Lost(trees, levels) with { Name = $"the lost node {levels} levels above the leaf" };
    }

    public static IEnumerable<LeafPartCase> Refused()
    {
        var trees = Trees;
        var leaf = new LeafPartCase("", trees.Agreements[0].Contents, Wanted, Shown(trees, Wanted).Encode());
        var lost = Lost(trees, 2);
        var top = Lost(trees, Shown(trees, Wanted).Path.Siblings.Length);
        yield return leaf with { Name = "no byte", Bytes = [] };
        yield return leaf with { Name = "one byte short", Bytes = leaf.Bytes[..^1] };
        yield return leaf with { Name = "one byte too many", Bytes = [.. leaf.Bytes, 0] };
        yield return leaf with { Name = "the next leaf", Leaf = Wanted + 1 };
        yield return leaf with { Name = "a leaf beyond the last", Leaf = leaf.Contents.Weight };
        yield return leaf with { Name = "the leaf's number beyond the depth", Leaf = Wanted + (1UL << leaf.Bytes[0]) };
        yield return leaf with { Name = "another data root", Contents = leaf.Contents with { DataRoot = Digest.Of("x"u8) } };
        yield return leaf with { Name = "another weight of the revision", Contents = leaf.Contents with { Weight = leaf.Contents.Weight + 1 } };
        yield return With(leaf, "61 levels", bytes => bytes[0] = 61);
        yield return With(leaf, "bits above the path", bytes => bytes[1] |= 0x80);
        yield return With(leaf, "another side", bytes => bytes[8] ^= 1);
        yield return With(leaf, "another byte of the leaf", bytes => bytes[^1] ^= 1);
        yield return With(leaf, "a sibling's weight that overflows", bytes => bytes.AsSpan(9 + 32, 8).Fill(0xff));
        yield return With(leaf, "a leaf that is said to be lost", bytes => bytes[0] |= 0x80);
        yield return lost with { Name = "a lost node that nobody declared", Declared = new HashSet<SumNode>() };
        yield return lost with { Name = "a lost node beside the leaf", Leaf = Wanted + 9 };
        yield return lost with { Name = "a lost node, one byte short", Bytes = lost.Bytes[..^1] };
        yield return lost with { Name = "a lost node, one byte too many", Bytes = [.. lost.Bytes, 0] };
        yield return With(lost, "a lost node that is said to be a leaf", bytes => bytes[0] &= 0x7f);
        yield return With(lost, "a lost node with more weight", bytes => bytes[^1]++);
        yield return With(lost, "a lost node without weight", bytes => bytes.AsSpan(^8..).Clear());
        yield return With(lost, "a lost node with another hash", bytes => bytes[^9] ^= 1);
        yield return With(lost, "a lost node under 61 levels", bytes => bytes[0] = 0x80 | 61);
        yield return With(top, "all of the revision with more weight", bytes => bytes[^1]++);
        yield return With(top, "all of the revision with another hash", bytes => bytes[^9] ^= 1);
    }

    /// <summary>The node that lies some levels above a leaf, shown as lost.</summary>
    public static DeclaredProof Above(LeafProof leaf, int levels)
    {
        var below = new SumPath(leaf.Path.Position & (1UL << levels) - 1, leaf.Path.Siblings[..levels]);
        Assert.True(below.TryClimb(SumNode.Leaf(leaf.Leaf.Span), out var node, out _));
        return new DeclaredProof(new SumPath(leaf.Path.Position >> levels, leaf.Path.Siblings[levels..]), node);
    }

    /// <summary>A random challenge in which about half of what is drawn lies under a lost node of any size.</summary>
    public static ChallengeCase RandomLosses(ulong seed, TreeShape shape, uint challenges)
    {
        var trees = new RandomTrees(seed, shape);
        var random = new SplitMix(seed ^ 0x1055);
        var declared = new HashSet<SumNode>();
        var answers = trees.Answers(challenges).Select(answer =>
        {
            if (answer.Shown is not LeafProof leaf || random.Below(2) == 0)
                return answer;
            var lost = Above(leaf, (int)random.Below((ulong)leaf.Path.Siblings.Length + 1));
            declared.Add(lost.Node);
            return answer with { Shown = lost };
        }).ToList();
        return ChallengeCase.Honest($"random losses {seed}", trees, challenges) with { Answers = RandomTrees.Encode(answers), Declared = declared };
    }

    static LeafProof Shown(RandomTrees trees, ulong leaf) => (LeafProof)trees.AnswerIn(trees.Agreements[0], leaf).Shown!;

    static LeafPartCase Lost(RandomTrees trees, int levels)
    {
        var lost = Above(Shown(trees, Wanted), levels);
        return new("", trees.Agreements[0].Contents, Wanted, lost.Encode()) { Declared = new HashSet<SumNode> { lost.Node } };
    }

    static LeafPartCase With(LeafPartCase honest, string name, Action<byte[]> change)
    {
        var bytes = honest.Bytes.ToArray();
        change(bytes);
        return honest with { Name = name, Bytes = bytes };
    }
}
