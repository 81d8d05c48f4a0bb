using Marketplace.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Proving.Rounds;

/// <summary>
/// Finds the signature of the round that an epoch waits for. Each call asks at most one relay, so that a slow one holds up nothing else; the
/// next call asks the next. A relay that was right is asked first the next time.
/// </summary>
/// <param name="relays">Whom to ask.</param>
/// <param name="chain">Judges the answers.</param>
/// <param name="logger">What is told: each relay at most once a round.</param>
public sealed partial class RoundKeeper(IDrandRelays relays, IProvingChain chain, ILogger<RoundKeeper> logger)
{
    readonly HashSet<int> told = [];
    ulong round;
    Bytes? known;
    int turn;

    /// <summary>The signature, verified by the contract; null if it is not found yet.</summary>
    /// <param name="wanted">Which round; it is not asked for before somebody may have it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Bytes?> FindAsync(AwaitedRound wanted, CancellationToken cancellationToken)
    {
        if (round != wanted.Number)
        {
            (round, known) = (wanted.Number, null);
            told.Clear();
        }
        if (known is null && relays.Count > 0)
            known = await AskAsync(turn % relays.Count, cancellationToken);
        return known;
    }

    async Task<Bytes?> AskAsync(int relay, CancellationToken cancellationToken)
    {
        switch (await relays.AskAsync(relay, round, cancellationToken))
        {
            case RelayAnswer.Claimed claim when await chain.IsRoundAsync(round, claim.Signature, cancellationToken):
                return claim.Signature;
            case RelayAnswer.Claimed when told.Add(relay):
                LogLied(relays.NameOf(relay), round);
                break;
            case RelayAnswer.Useless useless when told.Add(relay):
                LogUseless(relays.NameOf(relay), round, useless.Why);
                break;
        }
        turn = relay + 1;
        return null;
    }

    [LoggerMessage(EventId = 2111, Level = LogLevel.Warning, Message = "The drand relay {Relay} is of no use for round {Round}: {Why}")]
    partial void LogUseless(string relay, ulong round, string why);

    [LoggerMessage(EventId = 2112, Level = LogLevel.Warning, Message = "The drand relay {Relay} answered with a signature that is not drand's of round {Round}")]
    partial void LogLied(string relay, ulong round);
}
