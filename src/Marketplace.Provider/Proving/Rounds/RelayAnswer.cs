using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Proving.Rounds;

/// <summary>What a relay said when asked for a round.</summary>
public abstract record RelayAnswer
{
    RelayAnswer()
    {
    }

    /// <summary>It says that this is the round's signature; only the contract knows whether it is.</summary>
    /// <param name="Signature">64 bytes.</param>
    public sealed record Claimed(Bytes Signature) : RelayAnswer;

    /// <summary>It does not have the round, or not yet.</summary>
    public sealed record Missing : RelayAnswer;

    /// <summary>It gave nothing of use.</summary>
    /// <param name="Why">In words of this program, none of the relay's.</param>
    public sealed record Useless(string Why) : RelayAnswer;
}
