using Marketplace.Core.Primitives;

namespace Marketplace.Provider.Proving;

/// <summary>What the proving loop remembers between two looks at the chain. Losing it costs nothing but a repeated message or a later clean-up.</summary>
sealed class ProvingDiary
{
    readonly Queue<ulong> onChain = new();
    (Epoch Epoch, ProvingStep Step)? last;
    readonly Dictionary<ProvingStep, ulong> since = [];
    Epoch? lost, sinceOf;
    bool failing;

    /// <summary>True the first time that an epoch comes to a step.</summary>
    public bool Enter(Epoch epoch, ProvingStep step)
    {
        if (last == (epoch, step))
            return false;
        last = (epoch, step);
        return true;
    }

    /// <summary>The chain's time (seconds since 1970) at which the epoch was first seen at a step.</summary>
    public ulong Since(Epoch epoch, ProvingStep step, ulong headTime)
    {
        if (sinceOf != epoch)
            since.Clear();
        sinceOf = epoch;
        // A reorganisation can set the chain's time back.
        return since[step] = since.TryGetValue(step, out var first) ? Math.Min(first, headTime) : headTime;
    }

    /// <summary>A drawn leaf of the epoch cannot be read.</summary>
    public void Lose(Epoch epoch) => lost = epoch;

    public bool IsLost(Epoch epoch) => lost == epoch;

    /// <summary>Notes the checkpoint that is on chain now; returns the one before it when it is new.</summary>
    public ulong? NoteOnChain(ulong sequence)
    {
        if (onChain.Contains(sequence))
            return null;
        onChain.Enqueue(sequence);
        return onChain.Count > 2 ? PreviousOf() : null;
    }

    /// <summary>True for the first of several failures in a row, so that an endpoint that is down fills no log.</summary>
    public bool Failed()
    {
        var isFirst = !failing;
        failing = true;
        return isFirst;
    }

    public void Recovered() => failing = false;

    ulong PreviousOf()
    {
        onChain.Dequeue();
        return onChain.Peek();
    }
}
