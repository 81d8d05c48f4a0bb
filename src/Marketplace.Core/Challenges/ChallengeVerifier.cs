using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Challenges;

/// <summary>Whether the agreement's consumer signed a revision. Asked for every revision but 0.</summary>
/// <param name="contents">What the revision says.</param>
/// <param name="signature">65 bytes.</param>
public delegate bool RevisionCheck(AgreementContents contents, ReadOnlySpan<byte> signature);

/// <summary>Whether the provider declared a node lost early enough for its declaration to stand in the place of data.</summary>
/// <param name="contents">The revision that the declaration is bound to.</param>
/// <param name="node">The node.</param>
public delegate bool DeclarationCheck(AgreementContents contents, SumNode node);

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
    /// <param name="isDeclared">Checks declared losses.</param>
    public static AnswerVerdict Verify(
        Checkpoint checkpoint, Digest seed, ProviderId provider, uint challenges, ReadOnlySpan<byte> answers, RevisionCheck isSigned,
        DeclarationCheck isDeclared)
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
                problem = Check(checkpoint, draw, answer!, isSigned, isDeclared);
            if (problem != AnswerProblem.None)
                return new AnswerVerdict(problem, draw.Number);
        }
        return new AnswerVerdict(reader.IsAtEnd ? AnswerProblem.None : AnswerProblem.AnswersTooLong, challenges);
    }

    static AnswerProblem Check(
        Checkpoint checkpoint, ChallengeDraw draw, ChallengeAnswer answer, RevisionCheck isSigned, DeclarationCheck isDeclared)
    {
        var problem = InclusionVerifier.Check(checkpoint, answer.Inclusion, isSigned, out var leavesBefore, out var agreementsBefore);
        if (problem != AnswerProblem.None)
            return problem;
        var contents = answer.Inclusion.Contents;
        if (answer.Shown is null)
            return draw.Kind == DrawKind.Agreement && agreementsBefore == draw.Position ? AnswerProblem.None : AnswerProblem.WrongTarget;
        if (!TryFindTarget(draw, contents.Weight, leavesBefore, agreementsBefore, out var leaf))
            return AnswerProblem.WrongTarget;
        return LeafVerifier.Check(contents, leaf, answer.Shown, isDeclared);
    }

    /// <summary>The leaf in the agreement that the draw demands; false if it demands another agreement.</summary>
    static bool TryFindTarget(ChallengeDraw draw, ulong weight, ulong leavesBefore, uint agreementsBefore, out ulong leaf)
    {
        // Wraps around where the target lies before the agreement, and is then above any weight.
        leaf = draw.Kind == DrawKind.Leaf ? unchecked(draw.Position - leavesBefore) : draw.LeafWithin(weight);
        return draw.Kind == DrawKind.Leaf ? leaf < weight : agreementsBefore == draw.Position;
    }
}
