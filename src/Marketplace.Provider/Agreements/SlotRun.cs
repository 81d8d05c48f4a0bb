namespace Marketplace.Provider.Agreements;

/// <summary>Neighbouring slots that are filled with fragments whose rows are neighbours, too, as those of a batch are.</summary>
/// <param name="Slot">The first slot.</param>
/// <param name="Fragment">The row of the first slot's fragment.</param>
/// <param name="Count">How many slots.</param>
internal readonly record struct SlotRun(long Slot, long Fragment, int Count)
{
    /// <summary>The row of the last slot's fragment.</summary>
    public long LastFragment => Fragment + Count - 1;

    /// <summary>Puts slots into as few runs as it can.</summary>
    /// <param name="filled">Slots, rising, with the rows of their fragments.</param>
    public static IEnumerable<SlotRun> Of(IEnumerable<(long Slot, long Fragment)> filled)
    {
        var run = default(SlotRun);
        foreach (var (slot, fragment) in filled)
        {
            if (run.Count > 0 && (slot, fragment) == (run.Slot + run.Count, run.Fragment + run.Count))
            {
                run = run with { Count = run.Count + 1 };
                continue;
            }
            if (run.Count > 0)
                yield return run;
            run = new SlotRun(slot, fragment, 1);
        }
        if (run.Count > 0)
            yield return run;
    }
}
