using System.Globalization;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Catalog;

/// <summary>
/// How long earlier versions, and objects that were removed, are kept for restoring. They lie in the rented space until they are pruned: keeping them costs
/// nothing more, but leaves less room.
/// </summary>
/// <param name="Days">0 to <see cref="MostDays"/>; 0 keeps nothing.</param>
/// <param name="Versions">Of one name, the newest so many; 0 to <see cref="MostVersions"/>; 0 keeps nothing.</param>
public sealed record Retention(int Days, int Versions)
{
    /// <summary>Ten years.</summary>
    public const int MostDays = 3_650;

    /// <summary>Of one name.</summary>
    public const int MostVersions = 1_000;

    /// <summary>Where nothing else is said: 30 days, and 10 versions of a name.</summary>
    public static Retention Default { get; } = new(30, 10);

    /// <summary>Whatever is replaced or removed is gone.</summary>
    public static Retention None { get; } = new(0, 0);

    /// <summary>Whether nothing is kept.</summary>
    public bool IsNone => Days == 0 || Versions == 0;

    /// <summary>Whether the numbers are within their bounds.</summary>
    public bool IsValid => Days is >= 0 and <= MostDays && Versions is >= 0 and <= MostVersions;

    /// <summary>The longer of two terms.</summary>
    internal Retention AndAtLeast(Retention other) => IsNone ? other : other.IsNone ? this : new(Math.Max(Days, other.Days), Math.Max(Versions, other.Versions));

    /// <summary>As the catalog keeps it.</summary>
    internal string Write() => string.Create(CultureInfo.InvariantCulture, $"{Days}/{Versions}");

    /// <summary>Reads what <see cref="Write"/> wrote; the default for anything else.</summary>
    internal static Retention Read(string? text) =>
        text?.Split('/') is [var days, var versions]
            && int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var kept)
            && int.TryParse(versions, NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            && new Retention(kept, most) is { IsValid: true } read
                ? read : Default;
}

/// <summary>What is kept for restoring.</summary>
/// <param name="Versions">How many versions.</param>
/// <param name="Bytes">What they occupy at all providers together.</param>
public sealed record KeptSpace(long Versions, long Bytes);

/// <summary>A kept version and the leaves that it occupies at each provider.</summary>
sealed record OccupyingVersion(VersionId Id, IReadOnlyList<(AgreementId Agreement, ulong Leaves)> Leaves)
{
    /// <summary>At all providers together.</summary>
    public long Bytes => Leaves.Sum(row => (long)row.Leaves) * 1024;
}
