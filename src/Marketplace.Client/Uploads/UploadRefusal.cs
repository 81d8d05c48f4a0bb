using Marketplace.Client.Catalog;
using Marketplace.Core.Coding;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Uploads;

/// <summary>Why an upload was not done.</summary>
public enum UploadProblem
{
    /// <summary>The content changed, shrank or vanished while it was read.</summary>
    ContentChanged,

    /// <summary>Enough of the rented providers can take data, but they have too little space for it.</summary>
    NotEnoughSpace,

    /// <summary>Whatever room they have: too few of the rented providers answer, have an agreement that runs, and are different enough.</summary>
    TooFewProviders,

    /// <summary>A provider failed and there was no other in its place.</summary>
    ProviderFailed,

    /// <summary>A bound of this program: too large for one object.</summary>
    TooLarge,
}

/// <summary>An upload that was not done; nothing of it is in the catalog.</summary>
/// <param name="Problem">What kind.</param>
/// <param name="Message">For people.</param>
public sealed record UploadRefusal(UploadProblem Problem, string Message)
{
    /// <summary>What is kept for restoring and would make room for it; null where there is none, or where it would not be enough.</summary>
    public RoomInTheWay? InTheWay { get; init; }

    /// <summary>How many providers are too few; null where that is not what is wrong.</summary>
    public ProvidersLacking? Lacking { get; init; }

    /// <summary>The room that is missing; null where that is not what is wrong.</summary>
    public RoomLack? Room { get; init; }

    /// <summary>A refusal.</summary>
    public static UploadRefusal Of(UploadProblem problem, string message) => new(problem, message);
}

/// <summary>So many more providers would have to take data.</summary>
/// <param name="Coding">In which it would be spread.</param>
/// <param name="Missing">Positive.</param>
/// <param name="Away">Those of the rented ones that cannot be used now.</param>
public sealed record ProvidersLacking(CodingScheme Coding, int Missing, IReadOnlyList<Address> Away);

/// <summary>Kept versions, those replaced or removed longest ago, and no more than it takes: without them there is room.</summary>
/// <param name="Versions">At least one.</param>
/// <param name="Bytes">What they occupy at all providers together.</param>
public sealed record RoomInTheWay(IReadOnlyList<VersionId> Versions, long Bytes);
