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
    public void Verify_WithEveryNamedFault_Refuses()
    {
        foreach (var wrong in ChallengeCases.Refused())
            Assert.False(wrong.Verdict.IsAccepted, wrong.Name);
    }

    [Fact]
    public void Refusals_BetweenThem_HaveEveryReason()
    {
        var reasons = ChallengeCases.Refused().Select(wrong => wrong.Verdict.Problem)
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
            new Checkpoint(node.Hash, 2, 1), Digest.Zero, default, 1, RandomTrees.Encode([answer]), RandomTrees.IsSigned);
        Assert.Equal(AnswerProblem.WrongDataWeight, verdict.Problem);
    }

    [Fact]
    public void Verify_OfInclusions_AcceptsOnlyWhatIsCommittedAndAskedFor()
    {
        foreach (var inclusion in ChallengeCases.Inclusions())
            Assert.Equal((inclusion.Name, inclusion.Name.Contains(':')), (inclusion.Name, inclusion.Problem == AnswerProblem.None));
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
