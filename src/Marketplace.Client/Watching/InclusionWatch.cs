using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Core.Challenges;
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
    /// <summary>Asks one provider for its proof, and compares it with the checkpoint on chain.</summary>
    public async Task<InclusionHealth> CheckAsync(RentedAgreement agreement, CancellationToken cancellationToken)
    {
        InclusionHealth Problem(string problem) => new(agreement.Id, agreement.Provider, null, problem);

        if (await market.FindProviderAsync(agreement.Provider, cancellationToken) is not { } profile)
            return Problem("The provider is not registered.");
        var answer = await transport.Open(profile.Endpoint, agreement.Id).GetInclusionAsync(cancellationToken);
        if (!answer.TryGet(out var message, out var failure))
            return Problem(failure.ToString());
        // Read after the answer: a checkpoint that was committed in between explains a difference, and the next check is right again.
        if (await market.FindCheckpointAsync(agreement.Provider, cancellationToken) is not { Checkpoint: var checkpoint } committed)
            return Problem("The provider has no checkpoint on chain.");
        if (CheckpointOf(message.Checkpoint) != checkpoint)
            return Problem("The checkpoint shown is not the one on chain.");
        var verdict = InclusionVerifier.Verify(checkpoint, agreement.Id, message.Inclusion, IsOurs, out var contents);
        return verdict == AnswerProblem.None
            ? new InclusionHealth(agreement.Id, agreement.Provider, new ShownContents(contents, committed.CommittedIn, ShownBy.Node), null)
            : Problem($"The proof of inclusion is wrong ({verdict}).");
    }

    bool IsOurs(AgreementContents contents, ReadOnlySpan<byte> signature) => contents.IsSignedBy(domain, dataKey, signature);

    static Checkpoint CheckpointOf(CheckpointMessage message) => new(message.Root.ToDigest(), message.Leaves, message.Agreements);
}
