using Marketplace.Chain.Deployments;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Watching;

/// <summary>What a provider's node showed of an agreement.</summary>
/// <param name="Newest">Of its newest checkpoint.</param>
/// <param name="Proven">Of the one that it proved last, by the node or by its transactions; null where none was asked for.</param>
/// <param name="ProvenCommitted">When that was committed.</param>
public sealed record NodeAnswers(InclusionHealth Newest, InclusionHealth? Proven, Epoch? ProvenCommitted)
{
    /// <summary>Why it did not show all; null when it did.</summary>
    public string? Problem => Newest.Problem ?? Proven?.Problem;

    /// <summary>Whether it gave no answer about something that it did not show.</summary>
    public bool IsSilence => Newest.IsSilence || Proven is { IsSilence: true };
}

/// <summary>
/// Asks nodes what their checkpoints hold. A node knows of a checkpoint of its own only when it next looks at the chain, and a connection may break:
/// those that do not show everything are asked again after a while, before anybody is blamed.
/// </summary>
/// <param name="inclusions">Asks.</param>
/// <param name="clock">The market's.</param>
/// <param name="time">The clock that is waited by.</param>
public sealed class NodeWatch(InclusionWatch inclusions, EpochClock clock, TimeProvider time)
{
    /// <summary>Nodes look at the chain once in a minute at the least, and where epochs are short, more often.</summary>
    static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(65);

    const int LooksInAnEpoch = 8;

    /// <summary>Nodes keep the paths of what they proved at least for so many epochs.</summary>
    const ulong PathsKept = 3;

    /// <summary>What the nodes of agreements show.</summary>
    /// <param name="agreements">Which.</param>
    /// <param name="record">What the chain shows of them.</param>
    /// <param name="now">The epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<AgreementId, NodeAnswers>> AskAsync(
        IReadOnlyList<RentedAgreement> agreements, PublicRecord record, Epoch now, CancellationToken cancellationToken)
    {
        var answers = (await AskAllAsync(agreements, record, now, cancellationToken)).ToDictionary();
        var doubtful = agreements.Where(agreement => answers[agreement.Id].Problem is not null).ToList();
        if (doubtful.Count == 0)
            return answers;
        var look = clock.EpochLength / LooksInAnEpoch;
        await Task.Delay(look < LongestLook ? look : LongestLook, time, cancellationToken);
        foreach (var (id, again) in await AskAllAsync(doubtful, record, now, cancellationToken))
            answers[id] = again;
        return answers;
    }

    Task<IReadOnlyList<KeyValuePair<AgreementId, NodeAnswers>>> AskAllAsync(
        IReadOnlyList<RentedAgreement> agreements, PublicRecord record, Epoch now, CancellationToken cancellationToken) =>
        Bounded.AllAsync(agreements, async agreement => KeyValuePair.Create(agreement.Id, await AskAsync(agreement, record, now, cancellationToken)));

    async Task<NodeAnswers> AskAsync(RentedAgreement agreement, PublicRecord record, Epoch now, CancellationToken cancellationToken)
    {
        var newest = await inclusions.CheckAsync(agreement, cancellationToken);
        if (!record.Proven.TryGetValue(agreement.Provider, out var proven) || proven.Epoch + PathsKept < now)
            return new NodeAnswers(newest, null, null);
        var known = record.Shown[agreement.Id].Append(newest.Shown).OfType<ShownContents>()
            .FirstOrDefault(shown => shown.Root == proven.Checkpoint.Root);
        return new NodeAnswers(
            newest,
            known is null
                ? await inclusions.CheckProvenAsync(agreement, proven, cancellationToken)
                : new InclusionHealth(agreement.Id, agreement.Provider, known, null),
            proven.CommittedIn);
    }
}
