namespace Marketplace.Provider.Proving.Rounds;

/// <summary>Relays that may know drand's rounds.</summary>
public interface IDrandRelays
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>A relay's host and port, for the log.</summary>
    string NameOf(int relay);

    /// <summary>Asks one relay once. Ends within the time limit, whatever the relay does.</summary>
    /// <param name="relay">From 0 to below <see cref="Count"/>.</param>
    /// <param name="round">Counts from 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<RelayAnswer> AskAsync(int relay, ulong round, CancellationToken cancellationToken);
}
