using Marketplace.Chain;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Downloads;
using Marketplace.Client.Keys;
using Marketplace.Client.Reading;
using Marketplace.Client.Recovery;
using Marketplace.Client.Renting;
using Marketplace.Client.Revisions;
using Marketplace.Client.Transport;
using Marketplace.Client.Uploads;
using Marketplace.Client.Watching;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client;

/// <summary>
/// A consumer's whole client: one vault, one catalog, one market. What changes the catalog (<see cref="PutAsync"/>, <see
/// cref="RemoveAsync"/>,
/// <see cref="ReconcileAsync"/>, renting) is for one process at a time, which the caller ensures with a lock; reading is for any number.
/// </summary>
public sealed partial class MarketplaceClient : IDisposable
{
    readonly CatalogDatabase catalog;
    readonly IMarketView view;
    readonly IProviderTransport transport;
    readonly IVersionKeys versions;
    readonly RevisionSettler settler;
    readonly GarbageCollector garbage;
    readonly Reconciler reconciler;
    readonly CountersignatureRenewal renewal;
    readonly MarketplaceClientOptions options;
    readonly TimeProvider time;
    readonly UploadService uploads;
    readonly BatchUpload batches;
    readonly CatalogPublisher publisher;
    readonly CatalogRecovery recovery;
    readonly ReadingAccount reading;
    readonly SpreadIndex spreads;
    readonly IDisposable? owned;

    /// <summary>What was listed last; read and written within the catalog's transactions, which take turns.</summary>
    ((long Own, long Others) Moment, IReadOnlyList<ObjectSummary> Objects)? summaries;

    /// <summary>What was counted last as kept, likewise.</summary>
    ((long Own, long Others) Moment, KeptSpace Kept)? keptSpace;

    /// <summary>Composes the client from its parts.</summary>
    /// <param name="domain">The market that signatures are for.</param>
    /// <param name="view">The chain.</param>
    /// <param name="transport">The providers.</param>
    /// <param name="keys">The unlocked vault; stays the caller's to dispose, after this.</param>
    /// <param name="catalog">Disposed with this.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    public MarketplaceClient(
        MarketDomain domain, IMarketView view, IProviderTransport transport, VaultKeys keys, CatalogDatabase catalog,
            MarketplaceClientOptions options, TimeProvider time)
    {
        (this.view, this.transport, this.catalog, this.options, this.time) = (view, transport, catalog, options, time);
        DataKey = keys.DataKey.Address;
        versions = new VaultVersionKeys(keys, domain);
        keeping = new KeepingClock(time);
        settler = new RevisionSettler(catalog, domain, DataKey, keeping);
        garbage = new GarbageCollector(catalog, view, transport, settler, domain, keys.DataKey);
        reconciler = new Reconciler(catalog, view, transport, settler, versions, keeping);
        renewal = new CountersignatureRenewal(catalog, view, transport, settler, domain, keys.DataKey);
        uploads = new UploadService(catalog, view, transport, settler, versions, options.Uploads, keeping);
        batches = new BatchUpload(catalog, view, transport, settler, versions, options.Uploads, keeping);
        var providers = new BoundProviders(view, transport, options.Uploads.ProbePatience);
        var pages = new PartStore(catalog, providers, uploads, DataKey, options.CatalogPageNames, keeping);
        publisher = new CatalogPublisher(catalog, view, transport, uploads, pages, keys, domain, providers);
        reading = new ReadingAccount(catalog, view, domain, keys.DataKey);
        var downloads = new DownloadService(view, transport, versions, options.Downloads, reading, time);
        recovery = new CatalogRecovery(catalog, view, transport, new RecordSearch(downloads, keys, domain, time), domain, DataKey, time);
        spreads = new SpreadIndex(catalog);
        Watch = new ObjectWatch(view, transport, versions, reading);
        Inclusions = new InclusionWatch(view, transport, domain, DataKey);
    }

    MarketplaceClient(
        Market market, MarketDomain domain, ChainMarketView view, HttpProviderTransport transport, VaultKeys keys, CatalogDatabase catalog,
        MarketplaceClientOptions options, TimeProvider time)
        : this(domain, view, transport, keys, catalog, options, time)
    {
        owned = transport;
        Rentals = new RentalService(market, view, transport, catalog, time);
        Proofs = new ProofWatch(
            market, view, new NodeWatch(Inclusions, market.Clock, time), new PublicProofs(market, domain, DataKey), catalog, domain, DataKey);
    }

    /// <summary>The address that agreements name as their data key.</summary>
    public Address DataKey { get; }

    /// <summary>Renting; null when the client was composed without contracts.</summary>
    public RentalService? Rentals { get; }

    /// <summary>Compares what providers prove with what they signed; null when the client was composed without contracts.</summary>
    public ProofWatch? Proofs { get; }

    /// <summary>Looks after what is stored.</summary>
    public ObjectWatch Watch { get; }

    /// <summary>Checks that agreements are in what their providers prove on chain.</summary>
    public InclusionWatch Inclusions { get; }

    /// <summary>Opens the client of one vault on one market.</summary>
    /// <param name="market">The contracts, verified by the caller.</param>
    /// <param name="keys">The unlocked vault; stays the caller's to dispose, after this.</param>
    /// <param name="catalogPath">The catalog's file; made when it is not there.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CatalogUnusableException">The file is damaged, newer, or of another market or vault.</exception>
    public static MarketplaceClient Open(
        Market market, VaultKeys keys, string catalogPath, MarketplaceClientOptions options, TimeProvider time)
    {
        var domain = new MarketDomain(
            market.Deployment.ChainId, market.Deployment.StorageAgreements, market.Deployment.EgressVouchers);
        var catalog = CatalogDatabase.Open(catalogPath);
        try
        {
            catalog.Write(change => CatalogOwner.Require(change, domain, keys.DataKey.Address));
            var transport = new HttpProviderTransport(domain, keys.DataKey, options.Transport, time);
            return new MarketplaceClient(market, domain, new ChainMarketView(market), transport, keys, catalog, options, time);
        }
        catch
        {
            catalog.Dispose();
            throw;
        }
    }

    /// <summary>What was signed for reading by this client so far.</summary>
    public TokenAmount ReadingCost => reading.Cost;

    /// <summary>What kept the last payment for reading from being made whole; it is made up for by the next. Null if nothing did.</summary>
    public Exception? ReadingFault => reading.Fault;

    /// <summary>The objects, by name.</summary>
    /// <param name="prefix">Only those whose names begin so.</param>
    public IReadOnlyList<StoredVersion> List(string prefix = "") => catalog.Read(read => read.ListLive(prefix));

    /// <summary>The objects, by name, for lists: quick with a hundred thousand of them, and at once where nothing has changed since they were asked for.</summary>
    public IReadOnlyList<ObjectSummary> ListSummaries() => catalog.Read(read =>
    {
        var moment = read.GetMoment();
        if (summaries is not { } known || known.Moment != moment)
            summaries = known = (moment, read.ListSummaries());
        return known.Objects;
    });

    /// <summary>How listed objects are spread, by their versions; without those whose manifests are damaged. Their manifests are read once, which takes seconds for a hundred thousand.</summary>
    public Task<IReadOnlyDictionary<VersionId, ObjectSpread>> ReadSpreadsAsync(IReadOnlyList<ObjectSummary> objects, CancellationToken cancellationToken) =>
        spreads.ReadAsync(objects, cancellationToken);

    /// <summary>The live version of a name, or null.</summary>
    public StoredVersion? Find(ObjectName name) => catalog.Read(read => read.FindLive(name));

    /// <summary>A version, live or kept; null when there is none.</summary>
    public StoredVersion? Find(VersionId version) => catalog.Read(read => read.Find(version));

    /// <summary>The newest copy of the catalog that was left with the providers; null before the first.</summary>
    internal StoredVersion? FindSnapshot() => catalog.Read(read => read.FindLive(CatalogPublisher.SnapshotName, hidden: true));

    /// <summary>The agreements that the catalog knows.</summary>
    public IReadOnlyList<RentedAgreement> ListAgreements() => catalog.Read(read => read.ListAgreements());

    /// <summary>An agreement that the catalog knows, with the newest contents that both sides signed; null for any other.</summary>
    public RentedAgreement? FindAgreement(AgreementId agreement) => catalog.Read(read => read.FindAgreement(agreement));

    /// <summary>A random leaf of a version, by its number in the tree of an agreement's newest contents; null where the agreement holds none.</summary>
    public ulong? DrawLeaf(StoredVersion version, AgreementId agreement) =>
        LeafDraw.From(catalog.Read(read => read.ListSlots(agreement)), version.Id);

    /// <summary>Whose the fragments of that root are which an agreement holds; null for what is no version's any more. None where no fragment has it.</summary>
    public IReadOnlyList<VersionId?> FindOwners(AgreementId agreement, Hash256 root) => catalog.Read(read => read.FindOwners(agreement, root));

    /// <summary>What a version's manifest says; null when it is damaged or not this vault's.</summary>
    public ObjectManifest? ReadManifest(StoredVersion version)
    {
        using var opened = versions.Open(version);
        return opened?.Manifest;
    }

    /// <summary>How a version is spread, for lists: as this machine's catalog says, whose signatures are checked when a version is opened. Null when its manifest is damaged.</summary>
    public static CodingScheme? ReadCoding(StoredVersion version) => ManifestCodec.Peek(version.Manifest)?.Layout.Coding;

    /// <summary>Opens a version for reading; null when its manifest is damaged or not this vault's.</summary>
    public Task<ObjectReader?> OpenAsync(StoredVersion version, CancellationToken cancellationToken) =>
        new DownloadService(view, transport, versions, options.Downloads, reading, time).OpenAsync(version, cancellationToken);

    /// <summary>Finishes or undoes what an earlier run left; <see cref="PutAsync"/> and <see cref="RemoveAsync"/> do it first.</summary>
    public Task ReconcileAsync(CancellationToken cancellationToken) => reconciler.RunAsync(cancellationToken);

    /// <summary>
    /// What became of the catalog's copy in the network at the newest change of this client; null before the first. A change that is not
    /// published
    /// is safe on this machine only, until the next one publishes it too.
    /// </summary>
    public PublishResult? LastPublication { get; private set; }

    /// <summary>
    /// Stores content under a name, wholly or not at all; an earlier version is kept as long as <see cref="Retention"/> says. Then leaves the new catalog
    /// with the providers.
    /// </summary>
    public async Task<UploadResult> PutAsync(
        ObjectName name, IUploadSource source, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var isReplacing = Find(name) is not null;
        var result = await uploads.PutAsync(name, isHidden: false, source, progress, cancellationToken);
        // What is kept longer than the vault says may be all that is in the way.
        if (result is UploadResult.Refused { Refusal.Problem: UploadProblem.NotEnoughSpace } && await ClearExpiredAsync(cancellationToken))
            result = await uploads.PutAsync(name, isHidden: false, source, progress, cancellationToken);
        if (result is UploadResult.Refused refused)
            return WithAdvice(refused);
        isReplacing |= PruneExpired() > 0;
        progress?.Report(new UploadProgress(UploadStage.Publishing, source.Length, source.Length, 0) { Stored = new HashSet<ObjectName> { name } });
        // What was replaced goes only when the providers have a catalog with the new version in it.
        if ((await PublishAsync(cancellationToken)).IsSafe && isReplacing)
            await garbage.RunAsync(cancellationToken);
        return result;
    }

    /// <summary>
    /// Stores many objects, each wholly or not at all, and replaces earlier versions. Small ones go together: one request to each provider, and one
    /// revision, for thousands of them. Then leaves the new catalog with the providers.
    /// </summary>
    /// <returns>What became of each that was tried: after a refusal that would meet the others too, they are not.</returns>
    public async Task<IReadOnlyList<UploadedItem>> PutManyAsync(
        IEnumerable<UploadItem> items, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        // Not afterwards only: in a vault that is nearly full it may be all that is in the way.
        await ClearExpiredAsync(cancellationToken);
        IReadOnlyList<UploadedItem> results =
            [.. (await new ManyUploads(uploads, batches, options.Uploads).PutAsync(items, progress, cancellationToken)).Select(WithAdvice)];
        var stored = results.Where(item => item.Result is UploadResult.Stored).Select(item => item.Name).ToHashSet();
        if (stored.Count == 0)
            return results;
        progress?.Report(new UploadProgress(UploadStage.Publishing, 0, 0, 0) { Stored = stored });
        if ((await PublishAsync(cancellationToken)).IsSafe)
            await garbage.RunAsync(cancellationToken);
        return results;
    }

    /// <summary>Removes objects for good, with their earlier versions and their tags, and frees their space wherever a provider can be reached; elsewhere it is freed with
    /// the next change.</summary>
    /// <returns>Null when there is none of them; else the agreements that still hold some of them, and why.</returns>
    public async Task<IReadOnlyList<(
        AgreementId Agreement, string Reason)>?> RemoveAsync(IReadOnlyCollection<ObjectName> names, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var found = catalog.Write(change => names.Count(name => change.DeleteAll(name, time.GetUtcNow())));
        return found == 0 ? null : await PublishAndClearAsync(cancellationToken);
    }

    /// <summary>Has the provider's present operator key countersign an agreement's contents as they are, as the next revision.</summary>
    /// <returns>Null when it did or there is nothing to sign; else what stands in the way.</returns>
    /// <exception cref="ArgumentException">The catalog knows no such agreement.</exception>
    public async Task<string?> CountersignAnewAsync(AgreementId agreement, CancellationToken cancellationToken)
    {
        await reconciler.RunAsync(cancellationToken);
        return await renewal.RunAsync(agreement, cancellationToken);
    }

    /// <summary>
    /// Gives objects other names, all or none, with their earlier versions and their tags, then leaves the new catalog with the providers. What is kept of a removed
    /// object of a new name gets a name of its own: it is another object's history.
    /// </summary>
    public async Task<Renaming> RenameAsync(IReadOnlyList<(ObjectName From, ObjectName To)> moves, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var renaming = catalog.Write(change => change.RenameAll(moves));
        if (renaming is Renaming.Done)
            await PublishAsync(cancellationToken);
        return renaming;
    }

    /// <summary>Leaves the catalog with the providers; <see cref="PutAsync"/> and <see cref="RemoveAsync"/> do it by themselves.</summary>
    public async Task<PublishResult> PublishAsync(CancellationToken cancellationToken)
    {
        LastPublication = null;
        try
        {
            return LastPublication = await publisher.PublishAsync(cancellationToken);
        }
        catch (EthereumRpcException)
        {
            // What was changed is changed all the same, and whoever changed it has to be told that it is here alone.
            return LastPublication = new PublishResult("the chain does not answer now", 0, 0);
        }
        catch
        {
            LastPublication = new PublishResult("leaving it there came to no end", 0, 0);
            throw;
        }
    }

    /// <summary>
    /// Rebuilds an empty catalog from the vault key, the chain and the providers; or brings one that is in use together with what other copies of it
    /// changed, and publishes the result.
    /// </summary>
    public async Task<RecoveryResult> RecoverAsync(RecoveryOptions options, CancellationToken cancellationToken)
    {
        await reconciler.RunAsync(cancellationToken);
        var hadObjects = catalog.Read(read => read.ListLive().Count + read.ListKept().Count > 0);
        var result = await recovery.RunAsync(options, cancellationToken);
        if (result is not RecoveryResult.Recovered)
            return result;
        if (hadObjects)
            await PublishAsync(cancellationToken);
        if (options.DiscardUnclaimed)
            await garbage.RunAsync(cancellationToken);
        return result;
    }

    /// <summary>Closes the catalog and the connections.</summary>
    public void Dispose()
    {
        owned?.Dispose();
        catalog.Dispose();
    }
}
