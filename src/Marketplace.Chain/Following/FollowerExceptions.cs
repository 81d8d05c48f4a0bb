namespace Marketplace.Chain.Following;

/// <summary>The database holds another chain's or another market's state. Nothing was changed.</summary>
public sealed class FollowerDatabaseMismatchException(string stored, string configured)
    : Exception($"The database was made for {stored}, but {configured} is configured. Use another data folder, or the endpoint and deployment that belong to this one.")
{
    /// <summary>What the database was made for.</summary>
    public string Stored { get; } = stored;

    /// <summary>What is configured now.</summary>
    public string Configured { get; } = configured;
}

/// <summary>
/// Answers that do not fit together: the chain was reorganised between two questions, or two nodes behind one endpoint disagree. Asking
/// again helps.
/// </summary>
sealed class ChainMovedException(string message) : Exception(message);
