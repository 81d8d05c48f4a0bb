using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>What a node did with signed bytes.</summary>
public enum SubmissionOutcome
{
    /// <summary>It took them into its pool.</summary>
    Accepted,

    /// <summary>It had them already, waiting or in a block.</summary>
    AlreadyKnown,

    /// <summary>Another transaction has used the nonce.</summary>
    NonceTooLow,

    /// <summary>Another transaction waits with this nonce, and the new fees are not enough above its.</summary>
    ReplacementUnderpriced,

    /// <summary>The fees are below what the node or the next block demands.</summary>
    FeeTooLow,

    /// <summary>The account cannot pay value and the largest possible fee.</summary>
    InsufficientFunds,

    /// <summary>It refused for another reason, which its words tell.</summary>
    Rejected,
}

/// <param name="Outcome">What the node did.</param>
/// <param name="Hash">The transaction's hash, computed here.</param>
/// <param name="Words">The node's words when it refused.</param>
public sealed record SubmissionResult(SubmissionOutcome Outcome, Hash256 Hash, string? Words = null)
{
    /// <summary>Whether the node has the transaction.</summary>
    public bool IsWithNode => Outcome is SubmissionOutcome.Accepted or SubmissionOutcome.AlreadyKnown;
}

public sealed partial class EthereumClient
{
    /// <summary>
    /// The words of geth, anvil, reth, Nethermind, Besu, Erigon and Hardhat; their codes do not tell the cases apart. The first match
    /// counts.
    /// </summary>
    static readonly (string Words, SubmissionOutcome Outcome)[] Refusals =
    [
        ("already known", SubmissionOutcome.AlreadyKnown),
        ("already imported", SubmissionOutcome.AlreadyKnown),
        ("alreadyknown", SubmissionOutcome.AlreadyKnown),
        ("known transaction", SubmissionOutcome.AlreadyKnown),
        ("replacement transaction underpriced", SubmissionOutcome.ReplacementUnderpriced),
        ("replacement fee too low", SubmissionOutcome.ReplacementUnderpriced),
        ("nonce too low", SubmissionOutcome.NonceTooLow),
        ("nonce is too low", SubmissionOutcome.NonceTooLow),
        ("oldnonce", SubmissionOutcome.NonceTooLow),
        ("nonce has already been used", SubmissionOutcome.NonceTooLow),
        ("insufficient funds", SubmissionOutcome.InsufficientFunds),
        ("doesn't have enough funds", SubmissionOutcome.InsufficientFunds),
        ("upfront cost exceeds", SubmissionOutcome.InsufficientFunds),
        ("underpriced", SubmissionOutcome.FeeTooLow),
        ("less than block base fee", SubmissionOutcome.FeeTooLow),
        ("max fee per gas less than", SubmissionOutcome.FeeTooLow),
        ("feetoolow", SubmissionOutcome.FeeTooLow),
        ("gas price too low", SubmissionOutcome.FeeTooLow),
    ];

    /// <summary>
    /// Hands signed bytes to the node. Repeating it is safe and ends the same: bytes that the node has already, or that a block already
    /// holds, are
    /// <see cref="SubmissionOutcome.AlreadyKnown"/>.
    /// </summary>
    public async Task<SubmissionResult> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellationToken = default)
    {
        var hash = Keccak256.Hash(signed.Span);
        var reply = await connection.SendAsync(new RpcCall("eth_sendRawTransaction", RpcParameters.Bytes(signed.Span)), cancellationToken);
        if (reply.Error is not { } error)
        {
            return RpcValue.ReadHash(reply.Result) == hash
                ? new SubmissionResult(SubmissionOutcome.Accepted, hash)
                : throw new RpcProtocolException("eth_sendRawTransaction: the node answered with another transaction's hash.");
        }
        return await ResolveAsync(new SubmissionResult(Classify(error), hash, error.Message), cancellationToken);
    }

    internal static SubmissionOutcome Classify(RpcError error) => Refusals
        .Where(refusal => error.Message.Contains(refusal.Words, StringComparison.OrdinalIgnoreCase))
        .Select(refusal => refusal.Outcome)
        .FirstOrDefault(SubmissionOutcome.Rejected);

    /// <summary>
    /// A nonce that is used up may have been used by these very bytes: an earlier attempt arrived although its answer did not. And a node
    /// that failed in an unknown
    /// way may have them.
    /// </summary>
    async Task<SubmissionResult> ResolveAsync(SubmissionResult refusal, CancellationToken cancellationToken) =>
        refusal.Outcome is SubmissionOutcome.NonceTooLow or SubmissionOutcome.Rejected
        && await GetTransactionAsync(refusal.Hash, cancellationToken) is not null
            ? refusal with { Outcome = SubmissionOutcome.AlreadyKnown }
            : refusal;
}
