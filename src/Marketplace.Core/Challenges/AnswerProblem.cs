namespace Marketplace.Core.Challenges;

/// <summary>
/// Why answers or an inclusion are refused; the contracts' errors carry the same names. Where several hold, which one is named is not part
/// of the protocol.
/// </summary>
public enum AnswerProblem
{
    /// <summary>Accepted.</summary>
    None,

    /// <summary>The checkpoint's numbers contradict each other.</summary>
    CheckpointInvalid,

    /// <summary>The bytes end early.</summary>
    AnswersTooShort,

    /// <summary>Bytes are left over.</summary>
    AnswersTooLong,

    /// <summary>A path has more levels than any tree.</summary>
    PathTooLong,

    /// <summary>A position has bits above the path's depth.</summary>
    PositionOutOfRange,

    /// <summary>The agreement is not where its number belongs.</summary>
    OutOfOrder,

    /// <summary>The sums of a path do not fit their fields.</summary>
    SumOverflow,

    /// <summary>The path leads elsewhere than the draw demands.</summary>
    WrongTarget,

    /// <summary>The top path does not end in the checkpoint's root.</summary>
    WrongRoot,

    /// <summary>The top path does not end in the checkpoint's numbers.</summary>
    WrongTotal,

    /// <summary>The leaf's path does not end in the agreement's data root.</summary>
    WrongDataRoot,

    /// <summary>The leaf's path does not end in the agreement's weight.</summary>
    WrongDataWeight,

    /// <summary>The node in the place of a leaf was not declared lost, or too late.</summary>
    NotDeclared,

    /// <summary>Another agreement than the one that was asked for.</summary>
    WrongAgreement,

    /// <summary>Nobody entitled signed the revision, or revision 0 is not empty.</summary>
    RevisionRefused,
}
