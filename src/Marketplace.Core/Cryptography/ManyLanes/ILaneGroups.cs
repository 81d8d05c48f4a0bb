namespace Marketplace.Core.Cryptography.ManyLanes;

/// <summary>
/// How many groups of lanes are worked on at once, known to the JIT. A round waits for the one before, and a second group's rounds fill
/// that time; but its state needs as many registers again.
/// </summary>
internal interface ILaneGroups
{
    /// <summary>Two groups, or one.</summary>
    static abstract bool AreTwo { get; }
}

internal readonly struct OneGroup : ILaneGroups { public static bool AreTwo => false; }

internal readonly struct TwoGroups : ILaneGroups { public static bool AreTwo => true; }
