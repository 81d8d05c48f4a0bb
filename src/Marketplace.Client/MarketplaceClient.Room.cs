using System.Globalization;
using Marketplace.Client.Catalog;
using Marketplace.Client.Recovery;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Client;

/// <summary>Room for what is new, where what is kept is in the way.</summary>
public sealed partial class MarketplaceClient
{
    /// <summary>A little more than what is stored of content: fragments are padded, and not all of what is freed lies where it is needed.</summary>
    const double Margin = 1.1;

    readonly KeepingClock keeping;

    /// <summary>
    /// What pruning would free for content that finds no room: of all that is kept, the versions that were replaced or removed longest ago, until they
    /// occupy what it takes or there are no more.
    /// </summary>
    /// <param name="length">Of the content, in bytes.</param>
    public KeptSpace FindRoom(long length)
    {
        var oldest = ListOldest(length);
        return new KeptSpace(oldest.Count, oldest.Sum(version => version.Bytes));
    }

    /// <summary>Prunes what <see cref="FindRoom"/> finds, for good.</summary>
    /// <returns>As of <see cref="PruneAsync"/>.</returns>
    public Task<(int Versions, IReadOnlyList<(AgreementId Agreement, string Reason)> Left)> MakeRoomAsync(long length, CancellationToken cancellationToken)
    {
        var oldest = ListOldest(length).Select(version => version.Id).ToHashSet();
        return PruneAsync(version => oldest.Contains(version.Id), cancellationToken);
    }

    List<OccupyingVersion> ListOldest(long length)
    {
        var (found, sum) = (new List<OccupyingVersion>(), 0L);
        // Of too few providers no room is enough.
        if ((options.Uploads.Coding ?? CodingScheme.StrongestFor(ListAgreements().Select(agreement => agreement.Provider).Distinct().Count())) is not { } coding)
            return found;
        var wanted = (long)(Math.Max(1, length) * coding.Expansion * Margin);
        foreach (var version in catalog.Read(read => read.ListKeptByAge()))
        {
            if (sum >= wanted)
                break;
            found.Add(version);
            sum += version.Bytes;
        }
        return found;
    }

    /// <summary>Finishes or undoes what an earlier run left, and looks at the chain's time.</summary>
    async Task BeginAsync(CancellationToken cancellationToken)
    {
        await reconciler.RunAsync(cancellationToken);
        try
        {
            keeping.Observe(await view.GetTimeAsync(cancellationToken));
        }
        catch (EthereumRpcException)
        {
            // What needs the chain says so itself.
        }
    }

    /// <summary>Clears what is kept longer than the vault says, at the providers too.</summary>
    /// <returns>Whether there was any.</returns>
    async Task<bool> ClearExpiredAsync(CancellationToken cancellationToken)
    {
        if (PruneExpired() == 0)
            return false;
        await PublishAndClearAsync(cancellationToken);
        return true;
    }

    /// <summary>Where there is too little space, what is kept may be in the way.</summary>
    UploadResult.Refused WithAdvice(UploadResult.Refused refused) =>
        refused.Refusal.Problem == UploadProblem.NotEnoughSpace
            ? new UploadResult.Refused(refused.Refusal with { Message = refused.Refusal.Message + AdviceOnRoom() }) : refused;

    /// <inheritdoc cref="WithAdvice(UploadResult.Refused)"/>
    UploadedItem WithAdvice(UploadedItem item) => item.Result is UploadResult.Refused refused ? item with { Result = WithAdvice(refused) } : item;

    /// <inheritdoc cref="WithAdvice(UploadResult.Refused)"/>
    PublishResult WithAdvice(PublishResult published) =>
        published.IsShortOfSpace ? published with { Problem = published.Problem + AdviceOnRoom() } : published;

    string AdviceOnRoom() => KeptSpace is { Versions: > 0 } kept
        ? string.Create(
            CultureInfo.InvariantCulture,
            $" Earlier versions and removed objects that are kept for restoring occupy {kept.Bytes / 1048576.0:0.#} MiB; pruning them makes room.")
        : "";
}
