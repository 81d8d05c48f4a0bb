namespace Marketplace.Client.Recovery;

/// <summary>How recovery ended.</summary>
public abstract record RecoveryResult
{
    RecoveryResult()
    {
    }

    /// <summary>The catalog is back, or has been brought together with what other copies of it changed.</summary>
    /// <param name="Objects">Objects in it.</param>
    /// <param name="Agreements">Agreements found on chain.</param>
    /// <param name="Problems">Providers whose contents could not be read; run again when they are back.</param>
    /// <param name="Renamed">Objects that two copies of the catalog had changed: both are kept, one of them under this new name.</param>
    /// <param name="UnclaimedFragments">
    /// Fragments that belong to no object of this catalog: of uploads that were cut off, or of changes that another copy has not published yet.
    /// </param>
    /// <param name="UnclaimedBytes">Their bytes.</param>
    public sealed record Recovered(
        int Objects, int Agreements, IReadOnlyList<string> Problems, IReadOnlyList<string> Renamed, long UnclaimedFragments, long UnclaimedBytes)
        : RecoveryResult;

    /// <summary>There is nothing to recover, or it cannot be reached now.</summary>
    /// <param name="Message">For people.</param>
    public sealed record NotFound(string Message) : RecoveryResult;

    /// <summary>There is a newer catalog than any that can be read now; nothing was changed.</summary>
    /// <param name="Message">For people.</param>
    /// <param name="CanUseOlder">Whether an older one can be read.</param>
    public sealed record NewerUnreadable(string Message, bool CanUseOlder) : RecoveryResult;
}

/// <summary>What recovery may do beyond what is safe by itself.</summary>
public sealed record RecoveryOptions
{
    /// <summary>Use an older catalog when the newest cannot be read. What was changed since is not known then. Default false.</summary>
    public bool AcceptOlder { get; init; }

    /// <summary>Clear fragments that belong to no object of this catalog. Default false: they may belong to what another copy of it changed.</summary>
    public bool DiscardUnclaimed { get; init; }
}
