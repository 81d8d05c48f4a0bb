using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Tests.Challenges;

/// <summary>A whole challenge and the bytes that are sent in answer to it, right or wrong.</summary>
internal sealed record ChallengeCase(string Name, Checkpoint Checkpoint, Digest Seed, ProviderId Provider, uint Challenges, byte[] Answers)
{
    /// <summary>Nodes that were declared lost in time.</summary>
    public IReadOnlySet<SumNode> Declared { get; init; } = new HashSet<SumNode>();

    public AnswerVerdict Verdict => ChallengeVerifier.Verify(
        Checkpoint, Seed, Provider, Challenges, Answers, RandomTrees.IsSigned, (_, node) => Declared.Contains(node));

    public static ChallengeCase Honest(string name, RandomTrees trees, uint challenges) =>
        new(name, trees.Checkpoint, trees.Seed, trees.Provider, challenges, RandomTrees.Encode(trees.Answers(challenges)));
}

/// <summary>An inclusion that is asked for, and the bytes that are sent.</summary>
internal sealed record InclusionCase(string Name, Checkpoint Checkpoint, AgreementId Agreement, byte[] Inclusion)
{
    public AnswerProblem Problem => InclusionVerifier.Verify(Checkpoint, Agreement, Inclusion, RandomTrees.IsSigned, out _);
}

/// <summary>Challenges that must be accepted, and every way of going wrong that has a name.</summary>
internal static class ChallengeCases
{
    const uint Draws = 8;

    static readonly TreeShape Small = new(5, 5, 9, IsExact: true);

    static RandomTrees Typical => new(11, Small);

    public static IEnumerable<ChallengeCase> Accepted()
    {
        yield return ChallengeCase.Honest("nothing rented", new(1, new(0, 0, 1)), Draws);
        yield return ChallengeCase.Honest("one leaf alone", new(2, new(1, 1, 1, IsExact: true)), Draws);
        yield return ChallengeCase.Honest("one agreement, nothing stored", new(3, new(1, 0, 1, IsExact: true)), Draws);
        yield return ChallengeCase.Honest("three agreements, nothing stored", new(4, new(3, 0, 1, IsExact: true)), Draws);
        yield return ChallengeCase.Honest("one agreement, two fragments", new(5, new(1, 2, 3, IsExact: true)), Draws);
        yield return ChallengeCase.Honest("powers of two", new(6, new(4, 8, 16, IsExact: true)), Draws);
        yield return ChallengeCase.Honest("one above powers of two", new(7, new(5, 9, 17, IsExact: true)), Draws);
        yield return ChallengeCase.Honest("one draw", new(8, Small), 1);
        yield return ChallengeCase.Honest("no draw", new(9, Small), 0);
        for (var i = 0UL; i < 12; i++)
            yield return ChallengeCase.Honest($"gaps and empty agreements {i}", new(100 + i, new(9, 12, 20)), Draws);
    }

    public static IEnumerable<ChallengeCase> Refused() =>
        Malformed().Concat(Altered()).Concat(Misdirected()).Concat(Invented());

    /// <summary>Half of the drawn leaves lie in fragments that are declared lost.</summary>
    public static IEnumerable<ChallengeCase> Declarations()
    {
        for (var i = 0UL; i < 6; i++)
            yield return Declared($"declared fragments {i}", new(300 + i, Small), i % 2 == 0 ? node => node.Hash.ToArray()[0] < 128 : _ => true);
    }

    static ChallengeCase Declared(string name, RandomTrees trees, Func<SumNode, bool> isLost)
    {
        var declared = new HashSet<SumNode>();
        var answers = trees.Answers(Draws).Select(answer =>
        {
            var lost = trees.FragmentOf(answer);
            if (!isLost(lost.Node))
                return answer;
            declared.Add(lost.Node);
            return answer with { Shown = lost };
        });
        return ChallengeCase.Honest(name, trees, Draws) with { Answers = RandomTrees.Encode(answers), Declared = declared };
    }

    /// <summary>Declared nodes that must be refused.</summary>
    public static IEnumerable<ChallengeCase> WrongDeclarations()
    {
        var trees = Typical;
        var honest = Declared("", trees, _ => true);
        yield return honest with { Name = "a node that nobody declared", Declared = new HashSet<SumNode>() };
        yield return With(honest, "a declared node without weight", bytes => bytes.AsSpan(Weight(bytes), 8).Clear());
        yield return With(honest, "a declared node with more weight", bytes => bytes[Weight(bytes) + 7]++);
        yield return With(honest, "a declared node with another hash", bytes => bytes[Weight(bytes) - 1] ^= 1);
        yield return With(honest, "a declared node that is said to be a leaf", bytes => bytes[LeafHead(bytes)] &= 0x7f);
        yield return With(honest, "a declared node under 61 levels", bytes => bytes[LeafHead(bytes)] = 0x80 | 61);
        var answers = trees.Answers(Draws).ToList();
        var first = trees.FragmentOf(answers[0]);
        var agreement = trees.Agreements.Single(stored => stored.Contents == answers[0].Inclusion.Contents);
        var other = Enumerable.Range(0, (int)agreement.Contents.Weight).Select(leaf => trees.FragmentOf(trees.AnswerIn(agreement, (ulong)leaf)))
            .First(node => node.Path.Position != first.Path.Position);
        answers[0] = answers[0] with { Shown = other };
        yield return honest with
        {
            Name = "a declared node beside the target", Answers = RandomTrees.Encode(answers), Declared = new HashSet<SumNode> { other.Node },
        };

        static int Weight(byte[] bytes) => LeafHead(bytes) + 9 + (bytes[LeafHead(bytes)] & 0x7f) * SumNode.Size + Digest.Size;
    }

    static IEnumerable<ChallengeCase> Malformed()
    {
        var honest = ChallengeCase.Honest("", Typical, 2);
        var leafHead = LeafHead(honest.Answers);
        yield return honest with { Name = "no byte", Answers = [] };
        yield return honest with { Name = "one byte short", Answers = honest.Answers[..^1] };
        yield return honest with { Name = "ends in the head", Answers = honest.Answers[..133] };
        yield return honest with { Name = "ends in the top path", Answers = honest.Answers[..140] };
        yield return honest with { Name = "ends in the leaf's head", Answers = honest.Answers[..(leafHead + 5)] };
        yield return honest with { Name = "one byte too many", Answers = [.. honest.Answers, 0] };
        yield return honest with { Name = "one answer too many", Answers = [.. honest.Answers, .. honest.Answers] };
        yield return With(honest, "top path of 33 levels", bytes => bytes[129] = 33);
        yield return With(honest, "top path one level longer", bytes => bytes[129]++);
        yield return With(honest, "top path one level shorter", bytes => bytes[129]--);
        yield return With(honest, "leaf path of 61 levels", bytes => bytes[leafHead] = 61);
        yield return With(honest, "leaf path one level longer", bytes => bytes[leafHead]++);
        yield return With(honest, "bits above the top path", bytes => bytes[130] |= 0x80);
        yield return With(honest, "lowest bit above the top path", bytes => bytes[133] |= (byte)(1 << bytes[129]));
        yield return With(honest, "bits above the leaf path", bytes => bytes[leafHead + 1] |= 0x80);
        var empty = ChallengeCase.Honest("", new(1, new(0, 0, 1)), 2);
        yield return empty with { Name = "an answer to nothing", Answers = [0] };
        yield return empty with { Name = "a root without agreements", Checkpoint = new(Digest.Of("x"u8), 0, 0) };
        yield return empty with { Name = "leaves without agreements", Checkpoint = new(Digest.Zero, 7, 0) };
        yield return empty with { Name = "agreements without a root", Checkpoint = new(Digest.Zero, 0, 3) };
    }

    static IEnumerable<ChallengeCase> Altered()
    {
        var honest = ChallengeCase.Honest("", Typical, 2);
        var leafHead = LeafHead(honest.Answers);
        var depth = honest.Answers[leafHead];
        yield return With(honest, "another agreement id", bytes => bytes[15] ^= 1);
        yield return With(honest, "another revision", bytes => bytes[23] ^= 1);
        yield return With(honest, "another weight", bytes => bytes[31] ^= 1);
        yield return With(honest, "another data root", bytes => bytes[32] ^= 1);
        yield return With(honest, "another signature", bytes => bytes[128] ^= 1);
        yield return With(honest, "another top side", bytes => bytes[133] ^= 1);
        yield return With(honest, "another top hash", bytes => bytes[134] ^= 1);
        yield return With(honest, "another top weight", bytes => bytes[134 + 39] ^= 1);
        yield return With(honest, "another top count", bytes => bytes[134 + 43] ^= 1);
        yield return With(honest, "a top weight that overflows", bytes => bytes.AsSpan(134 + 32, 8).Fill(0xff));
        yield return With(honest, "a top count that overflows", bytes => bytes.AsSpan(134 + 40, 4).Fill(0xff));
        yield return With(honest, "another leaf side", bytes => bytes[leafHead + 8] ^= 1);
        yield return With(honest, "another leaf hash", bytes => bytes[leafHead + 9] ^= 1);
        yield return With(honest, "another leaf weight", bytes => bytes[leafHead + 9 + 39] ^= 1);
        yield return With(honest, "a leaf weight that overflows", bytes => bytes.AsSpan(leafHead + 9 + 32, 8).Fill(0xff));
        yield return With(honest, "another first byte of the leaf", bytes => bytes[leafHead + 9 + depth * 40] ^= 1);
        yield return With(honest, "another last byte of the leaf", bytes => bytes[leafHead + 9 + depth * 40 + 1023] ^= 1);
        yield return honest with { Name = "another seed", Seed = Digest.Of("seed"u8) };
        yield return honest with { Name = "another root", Checkpoint = honest.Checkpoint with { Root = Digest.Of("x"u8) } };
    }

    static IEnumerable<ChallengeCase> Misdirected()
    {
        var trees = Typical;
        var honest = ChallengeCase.Honest("", trees, 2);
        var answers = trees.Answers(2).ToList();
        var (first, second) = (answers[0], answers[1]);
        var agreement = trees.Agreements.Single(a => a.Contents == first.Inclusion.Contents);
        var other = trees.Agreements.First(a => a.Contents != second.Inclusion.Contents);
        yield return Answered("the neighbouring leaf", trees.AnswerIn(agreement, (LeafIn(trees, first) + 1) % agreement.Contents.Weight), second);
        yield return Answered("the leaf of another agreement", trees.AnswerIn(trees.Agreements.First(a => a != agreement), 0), second);
        yield return Answered("another agreement than was drawn", first, trees.AnswerIn(other, 0));
        yield return Answered("another leaf of the drawn agreement", first, trees.AnswerIn(BySame(trees, second), (LeafIn(trees, second) + 1) % second.Inclusion.Contents.Weight));
        yield return Answered("answers in the wrong order", second, first);
        yield return Answered("the first answer twice", first, first);

        ChallengeCase Answered(string name, params ChallengeAnswer[] given) => honest with { Name = name, Answers = RandomTrees.Encode(given) };
    }

    static IEnumerable<ChallengeCase> Invented()
    {
        var trees = Typical;
        foreach (var pretended in new[] { trees.Checkpoint with { Leaves = trees.Checkpoint.Leaves - 1 }, trees.Checkpoint with { Agreements = 4 } })
        {
            var answers = RandomTrees.Encode(trees.Answers(2, pretended));
            yield return new ChallengeCase(pretended.Agreements == 4 ? "too few agreements committed" : "too few leaves committed", pretended, trees.Seed, trees.Provider, 2, answers);
        }
        yield return Unsigned(trees, "contents at revision 0", 0, new byte[65]);
        yield return Unsigned(trees, "contents that nobody signed", 9, new byte[65]);
        var empty = new RandomTrees(3, new(1, 0, 1, IsExact: true));
        var initial = AgreementContents.Initial(new AgreementId(1));
        var node = initial.ToNode();
        byte[] signature = [.. new byte[64], 27];
        var answer = new ChallengeAnswer(new InclusionProof(initial, signature, TopPath.None), null);
        yield return new("a signature of revision 0", new(node.Hash, 0, 1), empty.Seed, empty.Provider, 2, RandomTrees.Encode([answer]));
    }

    static ChallengeCase Unsigned(RandomTrees trees, string name, ulong revision, byte[] signature)
    {
        var stored = trees.Agreements[0];
        var contents = stored.Contents with { Revision = revision };
        var node = contents.ToNode();
        var answers = ChallengeDraw.All(trees.Seed, trees.Provider, new(node.Hash, node.Weight, 1), 2).Select(draw =>
        {
            var leaf = draw.Kind == DrawKind.Leaf ? draw.Position : draw.LeafWithin(node.Weight);
            return new ChallengeAnswer(new InclusionProof(contents, signature, TopPath.None), trees.AnswerIn(stored, leaf).Shown);
        });
        return new(name, new(node.Hash, node.Weight, 1), trees.Seed, trees.Provider, 2, RandomTrees.Encode(answers));
    }

    public static IEnumerable<InclusionCase> Inclusions()
    {
        foreach (var (name, trees) in new[] { ("several", Typical), ("alone", new RandomTrees(2, new(1, 1, 1, IsExact: true))), ("gaps", new RandomTrees(104, new(9, 12, 20))) })
        {
            foreach (var agreement in trees.Agreements)
                yield return new($"{name}: {agreement.Contents.Id}", trees.Checkpoint, agreement.Contents.Id, trees.Inclusion(agreement).Encode());
        }
        var honest = new InclusionCase("", Typical.Checkpoint, Typical.Agreements[2].Contents.Id, Typical.Inclusion(Typical.Agreements[2]).Encode());
        yield return honest with { Name = "another agreement", Agreement = Typical.Agreements[1].Contents.Id };
        yield return honest with { Name = "one byte too many", Inclusion = [.. honest.Inclusion, 0] };
        yield return honest with { Name = "one byte short", Inclusion = honest.Inclusion[..^1] };
        yield return honest with { Name = "another root", Checkpoint = honest.Checkpoint with { Root = Digest.Of("x"u8) } };
        yield return honest with { Name = "another total of leaves", Checkpoint = honest.Checkpoint with { Leaves = 1 } };
        yield return honest with { Name = "another total of agreements", Checkpoint = honest.Checkpoint with { Agreements = 1 } };
        foreach (var (name, at) in new[] { ("id", 15), ("revision", 23), ("weight", 31), ("data root", 40), ("signature", 70), ("depth", 129), ("position", 133), ("sibling", 150) })
        {
            var inclusion = honest.Inclusion.ToArray();
            inclusion[at] ^= 1;
            yield return honest with { Name = $"another {name}", Inclusion = inclusion };
        }
    }

    static ulong LeafIn(RandomTrees trees, ChallengeAnswer answer)
    {
        var leaf = (LeafProof)answer.Shown!;
        leaf.Path.TryClimb(SumNode.Leaf(leaf.Leaf.Span), out _, out var within);
        return within;
    }

    static StoredAgreement BySame(RandomTrees trees, ChallengeAnswer answer) => trees.Agreements.Single(a => a.Contents == answer.Inclusion.Contents);

    static int LeafHead(byte[] answers) => 134 + answers[129] * TopNode.Size;

    static ChallengeCase With(ChallengeCase honest, string name, Action<byte[]> change)
    {
        var bytes = honest.Answers.ToArray();
        change(bytes);
        return honest with { Name = name, Answers = bytes };
    }
}
