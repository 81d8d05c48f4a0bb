using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Watching;

/// <summary>
/// Checks that what providers prove on chain includes what they signed for. A checkpoint is an epoch behind, so that an older revision of this
/// vault's in it is in order.
/// </summary>
public sealed class InclusionWatch(IMarketView market, IProviderTransport transport, MarketDomain domain, Address dataKey)
{
    /// <summary>Asks one provider for its proof in its newest checkpoint, and compares that with the one on chain.</summary>
    public async Task<InclusionHealth> CheckAsync(RentedAgreement agreement, CancellationToken cancellationToken)
    {
        var (message, problem) = await AskAsync(agreement, root: null, cancellationToken);
        if (message is null)
            return problem!;
        // Read after the answer: a checkpoint that was committed in between explains a difference, and the next check is right again.
        if (await market.FindCheckpointAsync(agreement.Provider, cancellationToken) is not { Checkpoint: var checkpoint } committed)
            return Problem(agreement, "The provider has no checkpoint on chain.");
        return Verify(agreement, message, checkpoint, committed.CommittedIn);
    }

    /// <summary>
    /// Asks one provider for its proof in a checkpoint that it has proven: the newest one has not been proven by anybody yet, and another may take
    /// its place before it has to be.
    /// </summary>
    public async Task<InclusionHealth> CheckProvenAsync(RentedAgreement agreement, ProvenCheckpoint proven, CancellationToken cancellationToken)
    {
        var (message, problem) = await AskAsync(agreement, proven.Checkpoint.Root.ToHash256(), cancellationToken);
        return message is null ? problem! : Verify(agreement, message, proven.Checkpoint, proven.CommittedIn);
    }

    async Task<(InclusionMessage? Message, InclusionHealth? Problem)> AskAsync(
        RentedAgreement agreement, Hash256? root, CancellationToken cancellationToken)
    {
        if (await market.FindProviderAsync(agreement.Provider, cancellationToken) is not { } profile)
            return (null, Problem(agreement, "The provider is not registered."));
        var answer = await transport.Open(profile.Endpoint, agreement.Id).GetInclusionAsync(root, cancellationToken);
        return answer.TryGet(out var message, out var failure)
            ? (message, null)
            : (null, Problem(agreement, failure.ToString()) with { IsSilence = failure.Code != RefusalCode.NotFound });
    }

    InclusionHealth Verify(RentedAgreement agreement, InclusionMessage message, Checkpoint checkpoint, Epoch committedIn)
    {
        if (CheckpointOf(message.Checkpoint) != checkpoint)
            return Problem(agreement, "The checkpoint shown is not the one on chain.");
        var verdict = InclusionVerifier.Verify(checkpoint, agreement.Id, message.Inclusion, IsOurs, out var contents);
        return verdict == AnswerProblem.None
            ? new InclusionHealth(
                agreement.Id, agreement.Provider, new ShownContents(contents, committedIn, ShownBy.Node, checkpoint.Root), null)
            : Problem(agreement, $"The proof of inclusion is wrong ({verdict}).");
    }

    static InclusionHealth Problem(RentedAgreement agreement, string problem) => new(agreement.Id, agreement.Provider, null, problem);

    bool IsOurs(AgreementContents contents, ReadOnlySpan<byte> signature) => contents.IsSignedBy(domain, dataKey, signature);

    static Checkpoint CheckpointOf(CheckpointMessage message) => new(message.Root.ToDigest(), message.Leaves, message.Agreements);
}
