namespace Marketplace.Web.Activity;

/// <summary>What something that happened has to do with.</summary>
public enum ActivityKind
{
    /// <summary>Payments, credits and what is set aside.</summary>
    Money,

    /// <summary>What became of agreements.</summary>
    Agreements,

    /// <summary>Proofs, and what it cost where there were none.</summary>
    Proofs,

    /// <summary>Own stake, and stake behind providers.</summary>
    Stake,

    /// <summary>A provider's node and offers.</summary>
    Offers,

    /// <summary>Who casts votes, what was voted, and what was proposed and decided.</summary>
    Votes,
}

/// <summary>Kinds of what happened, for people and in addresses.</summary>
public static class ActivityKinds
{
    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<ActivityKind> All { get; } = Enum.GetValues<ActivityKind>();

    /// <summary>For people.</summary>
    public static string NameOf(ActivityKind kind) => kind switch
    {
        ActivityKind.Proofs => "Proofs and slashes",
        ActivityKind.Offers => "Node and offers",
        _ => kind.ToString(),
    };

    /// <summary>As an address says it.</summary>
    public static string KeyOf(ActivityKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>What an address says; null for what is none.</summary>
    public static ActivityKind? Parse(string? key) => All.Cast<ActivityKind?>().FirstOrDefault(kind => string.Equals(key, KeyOf(kind!.Value), StringComparison.OrdinalIgnoreCase));
}
