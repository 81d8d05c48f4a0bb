using System.Security.Cryptography;
using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.Challenges;

public sealed class ChallengeVerifierTests
{
    [Fact]
    public void Verify_WithHonestAnswers_Accepts()
    {
        foreach (var honest in ChallengeCases.Accepted())
            Assert.Equal((honest.Name, AnswerProblem.None), (honest.Name, honest.Verdict.Problem));
    }

    [Fact]
    public void Verify_WithDeclaredNodesInThePlaceOfLeaves_AcceptsThoseThatAreDeclared()
    {
        foreach (var declared in ChallengeCases.Declarations())
        {
            Assert.Equal((declared.Name, AnswerProblem.None), (declared.Name, declared.Verdict.Problem));
            var undeclared = declared with { Declared = declared.Declared.Skip(1).ToHashSet() };
            Assert.Equal((declared.Name, AnswerProblem.NotDeclared), (declared.Name, undeclared.Verdict.Problem));
        }
    }

    [Fact]
    public void Declaration_IsAskedForTheRevisionThatItIsBoundTo()
    {
        var declared = ChallengeCases.Declarations().First();
        var asked = new List<AgreementContents>();
        ChallengeVerifier.Verify(
            declared.Checkpoint, declared.Seed, declared.Provider, declared.Challenges, declared.Answers, RandomTrees.IsSigned,
            (contents, node) =>
            {
                asked.Add(contents);
                return declared.Declared.Contains(node);
            });
        Assert.NotEmpty(asked);
        Assert.All(asked, contents => Assert.Contains(new RandomTrees(300, new(5, 5, 9, IsExact: true)).Agreements, stored => stored.Contents == contents));
    }

    [Fact]
    public void Leaf_ShownForAnAudit_IsAcceptedForItsOwnNumberOnly()
    {
        var trees = new RandomTrees(42, new(1, 5, 9, IsExact: true));
        var agreement = trees.Agreements[0];
        for (var leaf = 0UL; leaf < agreement.Contents.Weight; leaf++)
        {
            var answer = trees.AnswerIn(agreement, leaf);
            var fragment = trees.FragmentOf(answer);
            var (first, end) = (leaf / 9 * 9, leaf / 9 * 9 + 9);
            for (var wanted = 0UL; wanted < agreement.Contents.Weight; wanted++)
            {
                Assert.Equal(wanted == leaf, Check(answer.Shown!.Encode(), wanted, _ => false) == AnswerProblem.None);
                Assert.Equal(wanted >= first && wanted < end, Check(fragment.Encode(), wanted, node => node == fragment.Node) == AnswerProblem.None);
            }
            Assert.Equal(AnswerProblem.NotDeclared, Check(fragment.Encode(), leaf, _ => false));
            Assert.Equal(AnswerProblem.AnswersTooLong, Check([.. answer.Shown!.Encode(), 0], leaf, _ => true));
            Assert.Equal(AnswerProblem.AnswersTooShort, Check(answer.Shown!.Encode().AsSpan(..^1), leaf, _ => true));
        }

        AnswerProblem Check(ReadOnlySpan<byte> answer, ulong leaf, Func<SumNode, bool> isDeclared) =>
            LeafVerifier.Verify(agreement.Contents, leaf, answer, (_, node) => isDeclared(node));
    }

    [Fact]
    public void LeafParts_AreAcceptedWhereTheyShowWhatIsDemanded()
    {
        foreach (var accepted in LeafPartCases.Accepted())
            Assert.Equal((accepted.Name, AnswerProblem.None), (accepted.Name, accepted.Problem));
        foreach (var refused in LeafPartCases.Refused())
            Assert.NotEqual((refused.Name, AnswerProblem.None), (refused.Name, refused.Problem));
    }

    [Fact]
    public void Verify_OfRandomLosses_AcceptsThoseThatAreDeclared()
    {
        for (var seed = 0UL; seed < 200; seed++)
        {
            var losses = LeafPartCases.RandomLosses(7000 + seed, new(7, 9, 12), 8);
            Assert.Equal((losses.Name, AnswerProblem.None), (losses.Name, losses.Verdict.Problem));
            if (losses.Declared.Count > 0)
                Assert.Equal(AnswerProblem.NotDeclared, (losses with { Declared = losses.Declared.Skip(1).ToHashSet() }).Verdict.Problem);
        }
    }

    [Fact]
    public void Verify_WithEveryNamedFault_Refuses()
    {
        foreach (var wrong in ChallengeCases.Refused().Concat(ChallengeCases.WrongDeclarations()))
            Assert.False(wrong.Verdict.IsAccepted, wrong.Name);
    }

    [Fact]
    public void Refusals_BetweenThem_HaveEveryReason()
    {
        var reasons = ChallengeCases.Refused().Concat(ChallengeCases.WrongDeclarations()).Select(wrong => wrong.Verdict.Problem)
            .Concat(ChallengeCases.Inclusions().Select(inclusion => inclusion.Problem)).Append(AnswerProblem.WrongDataWeight).ToHashSet();
        Assert.Equal(Enum.GetValues<AnswerProblem>().Order(), reasons.Order());
    }

    [Fact]
    public void Verify_OfRandomTrees_AcceptsAnswersAndRefusesAnyChangedByte()
    {
        for (var seed = 0UL; seed < 200; seed++)
        {
            var honest = ChallengeCase.Honest("", new(5000 + seed, new(7, 9, 12)), 8);
            Assert.True(honest.Verdict.IsAccepted, $"seed {seed}");
            var random = new SplitMix(seed);
            for (var i = 0; honest.Answers.Length > 0 && i < 10; i++)
            {
                var answers = honest.Answers.ToArray();
                answers[random.Below((ulong)answers.Length)] ^= (byte)(1 << (int)random.Below(8));
                Assert.False((honest with { Answers = answers }).Verdict.IsAccepted, $"seed {seed}, change {i}");
            }
        }
    }

    [Fact]
    public void Verify_WhereTheDataRootHasAnotherWeight_IsRefused()
    {
        var leaf = new byte[FragmentTree.LeafSize];
        var contents = new AgreementContents(new AgreementId(1), 1, SumNode.Leaf(leaf).Hash, 2);
        var node = contents.ToNode();
        var answer = new ChallengeAnswer(new InclusionProof(contents, RandomTrees.SignatureOf(contents), TopPath.None), new LeafProof(SumPath.None, leaf));
        var verdict = ChallengeVerifier.Verify(
            new Checkpoint(node.Hash, 2, 1), Digest.Zero, default, 1, RandomTrees.Encode([answer]), RandomTrees.IsSigned, (_, _) => false);
        Assert.Equal(AnswerProblem.WrongDataWeight, verdict.Problem);
    }

    [Fact]
    public void Verify_OfInclusions_AcceptsOnlyWhatIsCommittedAndAskedFor()
    {
        foreach (var inclusion in ChallengeCases.Inclusions())
            Assert.Equal((inclusion.Name, inclusion.Name.Contains(':')), (inclusion.Name, inclusion.Problem == AnswerProblem.None));
    }

    [Fact]
    public void FindAmong_Answers_ShowsExactlyWhatWasDrawn_OfTheCheckpointAsked()
    {
        foreach (var seed in new ulong[] { 5, 6, 7 })
        {
            var trees = new RandomTrees(seed, new(9, 12, 20));
            var honest = ChallengeCase.Honest("", trees, 8);
            var drawn = trees.Answers(8).Select(answer => answer.Inclusion.Contents).ToHashSet();
            foreach (var stored in trees.Agreements)
            {
                var found = InclusionVerifier.FindAmong(trees.Checkpoint, stored.Contents.Id, honest.Answers, RandomTrees.IsSigned);
                Assert.Equal(drawn.Contains(stored.Contents) ? stored.Contents : (AgreementContents?)null, found);
                Assert.Null(InclusionVerifier.FindAmong(trees.Checkpoint with { Leaves = 1 }, stored.Contents.Id, honest.Answers, RandomTrees.IsSigned));
            }
            Assert.NotEmpty(drawn);
            Assert.Null(InclusionVerifier.FindAmong(trees.Checkpoint, drawn.First().Id, honest.Answers.AsSpan(..100), RandomTrees.IsSigned));
        }
    }

    [Fact]
    public void Draw_WithAProviderAndANumber_HashesThemAsWritten()
    {
        var seed = Digest.Of("seed"u8);
        var provider = new ProviderId([.. Enumerable.Range(1, 20).Select(i => (byte)i)]);
        var checkpoint = new Checkpoint(Digest.Of("root"u8), 1_000_003, 97);
        var target = new Digest(SHA256.HashData([.. seed.ToArray(), .. provider.ToArray(), 0, 0, 0, 3]));
        var draw = ChallengeDraw.Draw(seed, provider, checkpoint, 3);
        Assert.Equal(new ChallengeDraw(3, DrawKind.Agreement, target.Modulo(97), target), draw);
        Assert.Equal(new Digest(SHA256.HashData(target.ToArray())).Modulo(12345), draw.LeafWithin(12345));
        Assert.Equal(DrawKind.Leaf, ChallengeDraw.Draw(seed, provider, checkpoint, 2).Kind);
    }

    [Fact]
    public void Pick_ForASettlement_HashesSeedAgreementAndCycle()
    {
        var seed = Digest.Of("seed"u8);
        byte[] preimage = [.. seed.ToArray(), .. new byte[31], 5, 0, 0, 0, 0, 0, 0, 0, 2];
        Assert.Equal(new Digest(SHA256.HashData(preimage)).Modulo(29), SettlementDraw.Pick(seed, new AgreementId(5), 2, 29));
        Assert.Throws<ArgumentOutOfRangeException>(() => SettlementDraw.Pick(seed, new AgreementId(5), 2, 0));
    }

    [Fact]
    public void Answers_OfATebibyteInAThousandAgreements_AreAcceptedAndShort()
    {
        var trees = new RandomTrees(77, new(1000, 1000, 1024, IsExact: true));
        Assert.Equal(1_000UL * 1_000 * 1024, trees.Checkpoint.Leaves);
        var honest = ChallengeCase.Honest("", trees, 8);
        Assert.True(honest.Verdict.IsAccepted);
        Assert.Equal(8 * (134 + 10 * 60 + 9 + 20 * 40 + 1024), honest.Answers.Length);
    }
}
