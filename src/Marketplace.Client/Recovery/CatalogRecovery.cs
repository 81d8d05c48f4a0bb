using System.Globalization;
using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Recovery;

/// <summary>
/// Rebuilds a catalog from the vault key and the chain alone, or brings one that is in use together with what other copies of it changed
/// (docs/protocol.md, section 7). Nothing is cleared by it, and no object is dropped whose fragments are still there.
/// </summary>
sealed class CatalogRecovery(
    CatalogDatabase catalog, IMarketView market, IProviderTransport transport, RecordSearch search, MarketDomain domain, Address dataKey,
    TimeProvider time)
{
    sealed record Holder(MarketAgreement Agreement, IAgreementChannel? Channel);

    /// <summary>Recovers; earlier revisions were reconciled before.</summary>
    public async Task<RecoveryResult> RunAsync(RecoveryOptions options, CancellationToken cancellationToken)
    {
        var holders = await FindHoldersAsync(cancellationToken);
        if (holders.Count == 0)
            return new RecoveryResult.NotFound("No agreement on this market is for this vault: other words, or another market.");
        var (known, isEmpty, passed) = catalog.Read(read => (
            KnownRecords.Newest(read), read.ListLive().Count == 0 && read.ListKept().Count == 0 && read.ListCommitting().Count == 0, KnownRecords.ListPassedOver(read)));
        var found = await search.FindAsync(
            holders.Select(holder => holder.Channel).OfType<IAgreementChannel>(),
            (sequence, manifest) => catalog.Read(read => KnownRecords.Contain(read, sequence, manifest)), all: !isEmpty, cancellationToken);
        if (isEmpty && found.Newest == 0)
            return new RecoveryResult.NotFound($"None of the {holders.Count} providers that could be asked has a catalog of this vault.");
        if (found.HasNews && !found.IsNewest && !(options.AcceptOlder && CanDoWithout(found, isEmpty)))
            return Unreadable(found, isEmpty);
        var (again, stillPassed) = await search.ReadAsync(passed, cancellationToken);

        var contents = await Task.WhenAll(holders.Select(holder => ReadSlotsAsync(holder, cancellationToken)));
        var taken = new Taken(
            // An older one of its own has nothing to tell.
            found.HasNews, [.. again, .. found.Catalogs.Where(published => found.HasNews || (published.Sequence >= known && published.MissingPages == 0))],
            found.HasNews ? found.Unread : [], stillPassed, Math.Max(known, found.Newest));
        return catalog.Write(change => Restore(change, taken, options, holders, contents));
    }

    /// <summary>What is brought together with the catalog, the earliest first.</summary>
    /// <param name="HasNews">Whether any of it is of another machine, and new.</param>
    /// <param name="Catalogs">What could be read.</param>
    /// <param name="Unread">New records of which that is not so, or not of all their pages.</param>
    /// <param name="StillPassed">The same of those that were passed over before.</param>
    /// <param name="Newest">The highest number.</param>
    sealed record Taken(
        bool HasNews, IReadOnlyList<PublishedCatalog> Catalogs, IReadOnlyList<(ulong Sequence, byte[] Manifest)> Unread,
        IReadOnlyList<(ulong Sequence, byte[] Manifest)> StillPassed, ulong Newest);

    static bool CanDoWithout(FoundCatalogs found, bool isEmpty) => found.Catalogs.Count > 0 || !isEmpty;

    static RecoveryResult.NewerUnreadable Unreadable(FoundCatalogs found, bool isEmpty) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"There is a catalog (number {found.Newest}), but too few of the providers that hold it answer now; nothing was changed. Try again later.")
        + (found.Catalogs.LastOrDefault() switch
        {
            { MissingPages: > 0 and var missing } partial => string.Create(CultureInfo.InvariantCulture, $" All but {missing} of the {partial.Contents.Parts.Count} pages of number {partial.Sequence} can be read."),
            { } older when older.Sequence < found.Newest => string.Create(
                CultureInfo.InvariantCulture, $" An older one (number {older.Sequence}) can be read; it does not know what was changed since."),
            { } other => string.Create(CultureInfo.InvariantCulture, $" Another one of number {other.Sequence} can be read."),
            null => isEmpty ? "" : " What this machine knows can be used without it.",
        }),
        CanDoWithout(found, isEmpty));

    async Task<List<Holder>> FindHoldersAsync(CancellationToken cancellationToken)
    {
        var ids = await market.FindAgreementsAsync(dataKey, cancellationToken);
        var holders = await Task.WhenAll(ids.Select(async id =>
        {
            if (await market.FindAgreementAsync(id, cancellationToken) is not { IsBinding: true } agreement || agreement.DataKey != dataKey)
                return null;
            var profile = await market.FindProviderAsync(agreement.Provider, cancellationToken);
            return new Holder(agreement, profile is null ? null : transport.Open(profile.Endpoint, id));
        }));
        return [.. holders.OfType<Holder>()];
    }

    async Task<Answer<AgreementContents>> ReadSlotsAsync(Holder holder, CancellationToken cancellationToken) =>
        holder.Channel is { } channel
            ? await new AgreementReader(domain, dataKey).ReadAsync(channel, holder.Agreement.Space, cancellationToken)
            : new ProviderFailure(FailureKind.Unreachable, "It is not registered.");

    RecoveryResult.Recovered Restore(
        CatalogTransaction change, Taken taken, RecoveryOptions options, IReadOnlyList<Holder> holders, Answer<AgreementContents>[] contents)
    {
        var problems = new List<string>();
        var slots = new SlotRestorer(change, taken.Catalogs.SelectMany(published => published.Contents.Garbage).ToHashSet(), time.GetUtcNow());
        foreach (var (holder, answer) in holders.Zip(contents))
        {
            change.SaveTerms(holder.Agreement.Id, holder.Agreement.Provider, holder.Agreement.Space, holder.Agreement.End, holder.Agreement.TakesData);
            if (slots.Restore(holder.Agreement.Id, answer) is { } problem)
                problems.Add($"{holder.Agreement.Provider}: {problem}");
        }
        var merge = new CatalogMerge(change, dataKey, slots.Current);
        foreach (var published in taken.Catalogs)
        {
            merge.Add(published, isNewer: taken.HasNews && published.Sequence >= taken.Catalogs[^1].Sequence);
            if (published.MissingPages > 0)
                problems.Add(string.Create(
                    CultureInfo.InvariantCulture, $"{published.MissingPages} of {published.Contents.Parts.Count} pages of the catalog could not be read; the objects that they name are not listed."));
        }
        merge.Finish();
        KnownRecords.Settle(change, taken.Newest);
        KnownRecords.NotePassedOver(change, taken.Unread.Concat(taken.StillPassed));
        if (options.DiscardUnclaimed)
            Discard(change, taken, options, problems);
        var (fragments, leaves) = change.CountUnclaimed();
        return new RecoveryResult.Recovered(change.ListLive().Count, holders.Count, problems, merge.Renamed, fragments, leaves * 1024);
    }

    /// <summary>What belongs to nothing may belong to a catalog that could not be read; only who goes on without it a second time gives it up.</summary>
    static void Discard(CatalogTransaction change, Taken taken, RecoveryOptions options, List<string> problems)
    {
        if (taken.Unread.Count > 0 || (taken.StillPassed.Count > 0 && !options.AcceptOlder))
        {
            problems.Add("Nothing was discarded: it may belong to a catalog that could not be read. Recover again when its providers are back; or, to give it up, with --accept-older and --discard-unclaimed together.");
            return;
        }
        KnownRecords.NotePassedOver(change, []);
        change.DiscardUnclaimed();
    }
}
