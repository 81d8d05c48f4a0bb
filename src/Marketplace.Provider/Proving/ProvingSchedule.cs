namespace Marketplace.Provider.Proving;

/// <summary>What a provider does next in an epoch.</summary>
public enum ProvingStep
{
    /// <summary>The chain has to move on first.</summary>
    Wait,

    /// <summary>The epoch is done with: proven, or nothing is asked of this provider.</summary>
    Done,

    /// <summary>Store the epoch's seed, from its drand round.</summary>
    SealWithRound,

    /// <summary>Fix the epoch's anchor.</summary>
    Open,

    /// <summary>Store the epoch's seed, from its anchor.</summary>
    Seal,

    /// <summary>Answer the challenge and commit the next checkpoint.</summary>
    Advance,

    /// <summary>Commit a checkpoint without a proof: there is none, or it can no longer be proven from what is stored.</summary>
    Commit,

    /// <summary>The epoch has no seed and gets none: nobody is paid for it and nobody is slashed.</summary>
    Dormant,

    /// <summary>The window is over without a proof.</summary>
    Missed,
}

/// <summary>The rules of an epoch (docs/protocol.md, 3.3 and 3.4) as one decision.</summary>
public static class ProvingSchedule
{
    /// <param name="view">What the chain says.</param>
    /// <param name="canAnswer">Whether the checkpoint on chain is one that this node built and still holds the data of.</param>
    /// <param name="contentsChanged">Whether the agreements or their contents differ from the checkpoint on chain.</param>
    public static ProvingStep Next(EpochView view, bool canAnswer, bool contentsChanged)
    {
        if (view.Committed is not { } committed || !canAnswer)
            return ProvingStep.Commit;
        if (view.HasProven || committed.CommittedIn >= view.Epoch)
            return ProvingStep.Done;
        if (view.Reserved.Value == 0 && committed.Agreements == 0 && !contentsChanged)
            return ProvingStep.Done;
        if (view.IsSealed)
            return view.WindowIsOpen ? ProvingStep.Advance : AfterTheWindow(view, ProvingStep.Missed, contentsChanged);
        if (!view.InFirstHalf)
            return AfterTheWindow(view, ProvingStep.Dormant, contentsChanged);
        if (view.Round is { } round && view.HeadTime < round.FallbackFrom)
            return view.HeadTime < round.SignedAt ? ProvingStep.Wait : ProvingStep.SealWithRound;
        if (!view.HasLiveAnchor)
            return ProvingStep.Open;
        return view.AnchorIsMined ? ProvingStep.Seal : ProvingStep.Wait;
    }

    /// <remarks>
    /// An epoch that cannot be proven any more may still carry the next checkpoint, at no further price: without it, an agreement that
    /// becomes payable in the next epoch would be missing there (ADR 6), and one that ended could no longer be proven (ADR 7).
    /// </remarks>
    static ProvingStep AfterTheWindow(EpochView view, ProvingStep otherwise, bool contentsChanged) =>
        contentsChanged && view.HasTimeLeft ? ProvingStep.Commit : otherwise;
}
