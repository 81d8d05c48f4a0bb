using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Transfers;

/// <summary>While the chain does not answer nothing is begun: thousands would fail one after the other. What met its silence is the next again.</summary>
public sealed partial class TransferQueue
{
    const string WaitsForChain = "The chain does not answer; it goes on when it does.";

    readonly TimeSpan betweenTries;
    readonly ITimer untilNextTry;
    bool isChainSilent;

    /// <summary>Why nothing is begun now; null where all have their turn. Whoever holds the lock asks.</summary>
    string? WhyItWaits() => door.Open is null ? WaitsForVault : isChainSilent ? WaitsForChain : null;

    static bool IsSilence(Exception fault) => fault is RpcTransportException { IsTransient: true };

    /// <summary>The next are told why they wait.</summary>
    void WaitForChain()
    {
        lock (gate)
        {
            isChainSilent = true;
            foreach (var entry in waiting.Concat(unread).Where(static entry => entry.State.Message is null))
                entry.State = entry.State with { Message = WaitsForChain };
        }
        untilNextTry.Change(betweenTries, Timeout.InfiniteTimeSpan);
        Tell();
    }

    void AskChainAgain()
    {
        lock (gate)
        {
            isChainSilent = false;
            foreach (var entry in waiting.Concat(unread).Where(static entry => entry.State.Message == WaitsForChain))
                entry.State = entry.State with { Message = WhyItWaits() };
        }
        Tell();
        Wake();
    }
}
