using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Governance;

/// <summary>Where a proposal stands; the numbers are the governor's.</summary>
public enum ProposalState : byte
{
    /// <summary>The vote has not begun.</summary>
    Pending = 0,

    /// <summary>It is being voted on.</summary>
    Active = 1,

    /// <summary>Its proposer took it back before the vote.</summary>
    Canceled = 2,

    /// <summary>It was voted down, or too few voted.</summary>
    Defeated = 3,

    /// <summary>It was adopted, and has to be queued.</summary>
    Succeeded = 4,

    /// <summary>It waits in the timelock, or can be executed.</summary>
    Queued = 5,

    /// <summary>It was adopted and not executed in time. The market's governor knows no such end.</summary>
    Expired = 6,

    /// <summary>It is in force.</summary>
    Executed = 7,
}

/// <summary>What a holder votes; the numbers are the governor's.</summary>
public enum VoteChoice : byte
{
    /// <summary>Against it.</summary>
    Against = 0,

    /// <summary>For it.</summary>
    For = 1,

    /// <summary>Neither; counts for the quorum.</summary>
    Abstain = 2,
}

/// <summary>A proposal's number: the hash of what it calls and of its description.</summary>
public readonly record struct ProposalId(Hash256 Value)
{
    const int HexDigits = 2 * Hash256.Size;

    internal ProposalId(BigInteger number) : this(Word(number))
    {
    }

    /// <summary>As the contracts have it.</summary>
    public BigInteger Number => new(Value.ToArray(), isUnsigned: true, isBigEndian: true);

    /// <summary>In hex, with 0x.</summary>
    public override string ToString() => Value.ToString();

    /// <summary>Reads hex digits after 0x, or the decimal number that block explorers show.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ProposalId id)
    {
        id = default;
        if (text is null || text.Length > 78)
            return false;
        var isRead = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && text.Length == 2 + HexDigits
            : BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        if (!isRead || number.GetByteCount(isUnsigned: true) > Hash256.Size)
            return false;
        id = new ProposalId(number);
        return true;
    }

    static Hash256 Word(BigInteger number)
    {
        Span<byte> word = stackalloc byte[Hash256.Size];
        word.Clear();
        number.TryWriteBytes(word[(Hash256.Size - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        return new Hash256(word);
    }
}

/// <summary>One call that the timelock makes when a proposal is executed.</summary>
/// <param name="Target">The contract.</param>
/// <param name="Value">Wei that are sent along, out of the treasury.</param>
/// <param name="Data">Selector and arguments.</param>
public sealed record ProposedCall(Address Target, Wei Value, Bytes Data);

/// <summary>What was voted so far.</summary>
/// <param name="For">Votes for it.</param>
/// <param name="Against">Votes against it.</param>
/// <param name="Abstained">Votes for neither, which count for the quorum.</param>
/// <param name="Quorum">What has to be voted for or abstained; before the vote begins, what it would be now.</param>
public sealed record ProposalTally(TokenAmount For, TokenAmount Against, TokenAmount Abstained, TokenAmount Quorum)
{
    /// <summary>Whether enough took part.</summary>
    public bool HasQuorum => For + Abstained >= Quorum;

    /// <summary>Whether it would be adopted as it stands.</summary>
    public bool IsAdopted => HasQuorum && For > Against;
}

/// <summary>Something that the token's holders decide.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Proposer">Who proposed it; may take it back before the vote.</param>
/// <param name="Content">What would be done and why; null where its event cannot be read, so that nobody can say what it does.</param>
/// <param name="State">Where it stands.</param>
/// <param name="VoteStart">Votes count as they were delegated at this time.</param>
/// <param name="VoteEnd">The last second of the vote; later if the quorum is reached late.</param>
/// <param name="Tally">The votes.</param>
/// <param name="ExecutableAt">When its time in the timelock is over; null before it is queued.</param>
/// <param name="ProposedIn">The block.</param>
public sealed record Proposal(
    ProposalId Id, Address Proposer, ProposalContent? Content, ProposalState State, DateTimeOffset VoteStart, DateTimeOffset VoteEnd,
    ProposalTally Tally, DateTimeOffset? ExecutableAt, ulong ProposedIn)
{
    /// <summary>Whether nothing more becomes of it.</summary>
    public bool IsOver => State is ProposalState.Canceled or ProposalState.Defeated or ProposalState.Expired or ProposalState.Executed;
}

/// <summary>What a proposal does and says; its number is the hash of both.</summary>
/// <param name="Calls">In the order in which they are made.</param>
/// <param name="Description">Its proposer's words: any text at all.</param>
public sealed record ProposalContent(IReadOnlyList<ProposedCall> Calls, string Description);

/// <summary>How is decided; each can itself be changed by a decision, within floors that are fixed.</summary>
/// <param name="VotingDelay">From a proposal to the beginning of the vote.</param>
/// <param name="VotingPeriod">How long is voted.</param>
/// <param name="LateQuorumExtension">How long is voted at least after the quorum was reached.</param>
/// <param name="TimelockDelay">How long a decision waits before it can be executed.</param>
/// <param name="ProposalThreshold">Votes that a proposer needs.</param>
/// <param name="QuorumPercent">Of the supply.</param>
public sealed record GovernanceRules(
    TimeSpan VotingDelay, TimeSpan VotingPeriod, TimeSpan LateQuorumExtension, TimeSpan TimelockDelay, TokenAmount ProposalThreshold, ulong QuorumPercent);
