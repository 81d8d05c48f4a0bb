using Marketplace.Core.SumTree;

namespace Marketplace.Core.Challenges;

/// <summary>Verifies that a leaf of an agreement was shown, as the contract does when an audit is answered (protocol, section 4.1).</summary>
public static class LeafVerifier
{
    /// <param name="contents">The audited revision.</param>
    /// <param name="leaf">The leaf that was demanded, from 0 below the revision's weight.</param>
    /// <param name="answer">An encoded <see cref="ShownNode"/>; hostile.</param>
    /// <param name="isDeclared">Checks declared losses.</param>
    public static AnswerProblem Verify(AgreementContents contents, ulong leaf, ReadOnlySpan<byte> answer, DeclarationCheck isDeclared)
    {
        var reader = new AnswerReader(answer);
        var problem = reader.ReadShown(out var shown);
        if (problem != AnswerProblem.None)
            return problem;
        return reader.IsAtEnd ? Check(contents, leaf, shown!, isDeclared) : AnswerProblem.AnswersTooLong;
    }

    internal static AnswerProblem Check(AgreementContents contents, ulong leaf, ShownNode shown, DeclarationCheck isDeclared)
    {
        var lowest = shown.Lowest;
        if (!shown.Path.TryClimb(lowest, out var root, out var before))
            return AnswerProblem.SumOverflow;
        if (root.Hash != contents.DataRoot)
            return AnswerProblem.WrongDataRoot;
        if (root.Weight != contents.Weight)
            return AnswerProblem.WrongDataWeight;
        if (leaf < before || leaf - before >= lowest.Weight)
            return AnswerProblem.WrongTarget;
        return shown is LeafProof || isDeclared(contents, lowest) ? AnswerProblem.None : AnswerProblem.NotDeclared;
    }
}
