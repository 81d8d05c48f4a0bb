using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Challenges;

/// <summary>Whether the agreement's consumer signed a revision. Asked for every revision but 0.</summary>
/// <param name="contents">What the revision says.</param>
/// <param name="signature">65 bytes.</param>
public delegate bool RevisionCheck(AgreementContents contents, ReadOnlySpan<byte> signature);

/// <summary>The outcome of a verification.</summary>
/// <param name="Problem">Why it was refused, or <see cref="AnswerProblem.None"/>.</param>
/// <param name="Challenge">The draw whose answer was refused.</param>
public readonly record struct AnswerVerdict(AnswerProblem Problem, uint Challenge)
{
    /// <summary>Whether everything was as it must be.</summary>
    public bool IsAccepted => Problem == AnswerProblem.None;
}

/// <summary>Verifies the answers of a whole challenge, as the contract does (protocol, section 4.1).</summary>
public static class ChallengeVerifier
{
    /// <param name="checkpoint">What was committed before the seed was known.</param>
    /// <param name="seed">The epoch's.</param>
    /// <param name="provider">Who answers.</param>
    /// <param name="challenges">The number of draws.</param>
    /// <param name="answers">One answer for each draw that is not void, in order; hostile.</param>
    /// <param name="isSigned">Checks the revisions' signatures.</param>
    public static AnswerVerdict Verify(
        Checkpoint checkpoint, Digest seed, ProviderId provider, uint challenges, ReadOnlySpan<byte> answers, RevisionCheck isSigned)
    {
        if (!checkpoint.IsConsistent)
            return new AnswerVerdict(AnswerProblem.CheckpointInvalid, 0);
        var reader = new AnswerReader(answers);
        foreach (var draw in ChallengeDraw.All(seed, provider, checkpoint, challenges))
        {
            if (draw.Kind == DrawKind.Void)
                continue;
            var problem = reader.ReadAnswer(out var answer);
            if (problem == AnswerProblem.None)
                problem = Check(checkpoint, draw, answer!, isSigned);
            if (problem != AnswerProblem.None)
                return new AnswerVerdict(problem, draw.Number);
        }
        return new AnswerVerdict(reader.IsAtEnd ? AnswerProblem.None : AnswerProblem.AnswersTooLong, challenges);
    }

    static AnswerProblem Check(Checkpoint checkpoint, ChallengeDraw draw, ChallengeAnswer answer, RevisionCheck isSigned)
    {
        var problem = InclusionVerifier.Check(checkpoint, answer.Inclusion, isSigned, out var leavesBefore, out var agreementsBefore);
        if (problem != AnswerProblem.None)
            return problem;
        var leafWithin = 0UL;
        if (answer.Leaf is not null)
            problem = CheckLeaf(answer.Inclusion.Contents, answer.Leaf, out leafWithin);
        if (problem != AnswerProblem.None)
            return problem;
        var isTarget = IsTarget(draw, answer.Inclusion.Contents.Weight, leavesBefore, agreementsBefore, leafWithin);
        return isTarget ? AnswerProblem.None : AnswerProblem.WrongTarget;
    }

    static AnswerProblem CheckLeaf(AgreementContents contents, LeafProof leaf, out ulong leafWithin)
    {
        if (!leaf.Path.TryClimb(SumNode.Leaf(leaf.Leaf.Span), out var root, out leafWithin))
            return AnswerProblem.SumOverflow;
        if (root.Hash != contents.DataRoot)
            return AnswerProblem.WrongDataRoot;
        return root.Weight == contents.Weight ? AnswerProblem.None : AnswerProblem.WrongDataWeight;
    }

    static bool IsTarget(ChallengeDraw draw, ulong weight, ulong leavesBefore, uint agreementsBefore, ulong leafWithin)
    {
        if (draw.Kind == DrawKind.Leaf)
            return weight > 0 && leavesBefore + leafWithin == draw.Position;
        return agreementsBefore == draw.Position && (weight == 0 || leafWithin == draw.LeafWithin(weight));
    }
}
