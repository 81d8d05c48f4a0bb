namespace Marketplace.Client.Uploads;

/// <summary>Why an upload was not done.</summary>
public enum UploadProblem
{
    /// <summary>The content changed, shrank or vanished while it was read.</summary>
    ContentChanged,

    /// <summary>The rented providers cannot hold it: too few, too little space, or not different enough.</summary>
    NotEnoughSpace,

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
    /// <summary>A refusal.</summary>
    public static UploadRefusal Of(UploadProblem problem, string message) => new(problem, message);
}
