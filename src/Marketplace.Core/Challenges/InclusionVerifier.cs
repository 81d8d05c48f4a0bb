using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Challenges;

/// <summary>Verifies that an agreement is in a checkpoint, as the contract does when it settles (protocol, section 4.1).</summary>
public static class InclusionVerifier
{
    /// <param name="checkpoint">The checkpoint that was proven.</param>
    /// <param name="agreement">The agreement that must be in it.</param>
    /// <param name="inclusion">The encoded proof; hostile.</param>
    /// <param name="isSigned">Checks the revision's signature.</param>
    /// <param name="contents">What the agreement held in the checkpoint; meaningful only when accepted.</param>
    public static AnswerProblem Verify(
        Checkpoint checkpoint, AgreementId agreement, ReadOnlySpan<byte> inclusion, RevisionCheck isSigned, out AgreementContents contents)
    {
        contents = default;
        if (!checkpoint.IsConsistent)
            return AnswerProblem.CheckpointInvalid;
        var reader = new AnswerReader(inclusion);
        var problem = reader.ReadInclusion(out var proof);
        if (problem != AnswerProblem.None)
            return problem;
        if (!reader.IsAtEnd)
            return AnswerProblem.AnswersTooLong;
        contents = proof!.Contents;
        return contents.Id == agreement ? Check(checkpoint, proof, isSigned, out _, out _) : AnswerProblem.WrongAgreement;
    }

    /// <summary>Looks for an agreement among the answers to an epoch's challenge, which show those that were drawn.</summary>
    /// <param name="checkpoint">The checkpoint that was proven.</param>
    /// <param name="agreement">The agreement.</param>
    /// <param name="answers">What the provider sent; hostile.</param>
    /// <param name="isSigned">Checks the revision's signature.</param>
    /// <returns>What it held in the checkpoint; null when none of the answers is about it, or the one that is does not pass.</returns>
    public static AgreementContents? FindAmong(Checkpoint checkpoint, AgreementId agreement, ReadOnlySpan<byte> answers, RevisionCheck isSigned)
    {
        var reader = new AnswerReader(answers);
        while (!reader.IsAtEnd && reader.ReadAnswer(out var answer) == AnswerProblem.None)
            if (answer!.Inclusion.Contents.Id == agreement)
                return Check(checkpoint, answer.Inclusion, isSigned, out _, out _) == AnswerProblem.None ? answer.Inclusion.Contents : null;
        return null;
    }

    internal static AnswerProblem Check(
        Checkpoint checkpoint, InclusionProof proof, RevisionCheck isSigned, out ulong leavesBefore, out uint agreementsBefore)
    {
        if (!proof.Path.TryClimb(proof.Contents.ToNode(), out var root, out leavesBefore, out agreementsBefore))
            return AnswerProblem.SumOverflow;
        if (!proof.Path.IsInOrder(proof.Contents.Id))
            return AnswerProblem.OutOfOrder;
        if (root.Hash != checkpoint.Root)
            return AnswerProblem.WrongRoot;
        if (root.Weight != checkpoint.Leaves || root.Agreements != checkpoint.Agreements)
            return AnswerProblem.WrongTotal;
        return IsRevisionGood(proof, isSigned) ? AnswerProblem.None : AnswerProblem.RevisionRefused;
    }

    static bool IsRevisionGood(InclusionProof proof, RevisionCheck isSigned)
    {
        var contents = proof.Contents;
        if (contents.Revision > 0)
            return isSigned(contents, proof.Signature.Span);
        return contents.Weight == 0 && contents.DataRoot.IsZero && !proof.Signature.Span.ContainsAnyExcept((byte)0);
    }
}
