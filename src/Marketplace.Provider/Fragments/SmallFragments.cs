using System.Collections.Concurrent;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// The small fragments of one request. They are judged some at a time, and what may be stored is written beside each other in one write; nothing is
/// written for what is refused. Many share one operation of the index. Not safe for concurrent use.
/// </summary>
internal sealed class SmallFragments(
    AgreementId agreement, StoreDatabase database, VolumeSet volumes, FragmentEntries entries, UnfinishedUploads unfinished, StoreOptions options) : IDisposable
{
    /// <summary>So many are indexed together: enough that the index's pages are written for many of them, and not so many that others wait long.</summary>
    const int Together = 1024;

    readonly FragmentPack pack = new();
    readonly Dictionary<Hash256, int> known = [];
    readonly List<(int Number, int Same)> repeated = [];
    readonly List<Task> storing = [];
    Group group = new(unfinished.Open(agreement));

    /// <summary>What became of each, by its number in the request, once <see cref="FinishAsync"/> has ended.</summary>
    public ConcurrentDictionary<int, FragmentWriteResult> Results { get; } = [];

    /// <summary>Takes a fragment.</summary>
    /// <param name="number">Its number in the request.</param>
    /// <param name="root">Its announced root.</param>
    /// <param name="length">Its length: a multiple of a leaf, at most <see cref="FragmentPack.LongestFragment"/>.</param>
    /// <param name="content">Read to the fragment's end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask TakeAsync(int number, Hash256 root, int length, Stream content, CancellationToken cancellationToken)
    {
        if (!pack.HasRoomFor(length))
            await WriteAsync(cancellationToken).ConfigureAwait(false);
        var place = pack.Place(length);
        if (await content.ReadAtLeastAsync(place, length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < length)
            Results[number] = FragmentWriteResult.LengthMismatch;
        else if (root.ToArray() is var bytes && !pack.LeadTo(bytes, length))
            Results[number] = FragmentWriteResult.RootMismatch;
        else if (!known.TryAdd(root, number))
            repeated.Add((number, known[root]));
        else
            pack.Add(agreement, bytes, length, number);
    }

    /// <summary>Ends when the outcome of each is durable.</summary>
    /// <exception cref="StoreFailedException">The store acknowledges nothing any more.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await WriteAsync(cancellationToken).ConfigureAwait(false);
        Submit(cancellationToken);
        await Task.WhenAll(storing).ConfigureAwait(false);
        foreach (var (number, same) in repeated)
            Results[number] = Results[same] == FragmentWriteResult.Stored ? FragmentWriteResult.AlreadyStored : Results[same];
    }

    /// <summary>Waits for what is under way; what was written and not submitted gives its space back.</summary>
    public async ValueTask AbandonAsync()
    {
        await Task.WhenAll(storing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        group.Reserved.ForEach(volumes.GiveBack);
        group.Room.Dispose();
        group = new Group(unfinished.Open(agreement));
    }

    /// <inheritdoc/>
    public void Dispose() => pack.Dispose();

    async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        if (pack.Fragments.Count == 0)
            return;
        pack.Keep(Judge());
        if (pack.Fragments.Count > 0 && !await TryWriteAsync(pack.Fragments, cancellationToken).ConfigureAwait(false))
        {
            // Not all fit together; some may.
            foreach (var fragment in pack.Fragments)
            {
                if (!await TryWriteAsync([fragment], cancellationToken).ConfigureAwait(false))
                    Results[fragment.Number] = FragmentWriteResult.OutOfSpace;
            }
        }
        pack.Clear();
        if (group.Entries.Count >= Together)
            Submit(cancellationToken);
    }

    /// <summary>Tells of those in the pack which are to be written.</summary>
    HashSet<int> Judge() => database.Read(connection =>
    {
        var admission = new FragmentAdmission(connection, agreement, options);
        var kept = new HashSet<int>();
        foreach (var fragment in pack.Fragments)
        {
            var verdict = group.Room.Admit(admission, fragment.Root, fragment.Length);
            if (verdict is null)
                kept.Add(fragment.Number);
            else if (verdict == FragmentWriteResult.AlreadyStored)
                group.Add(fragment.Number, new FragmentEntry(fragment.Root, fragment.Length, null));
            else
                Results[fragment.Number] = verdict.Value;
        }
        return kept;
    });

    /// <summary>Writes neighbours of the pack into one space. False if there is none.</summary>
    async ValueTask<bool> TryWriteAsync(IReadOnlyList<PackedFragment> fragments, CancellationToken cancellationToken)
    {
        var (from, end) = (fragments[0].At, fragments[^1].At + fragments[^1].Size);
        if (volumes.TryReserve(end - from) is not { } space)
            return false;
        var isWritten = false;
        try
        {
            isWritten = await FragmentWriter.TryWriteInTurnAsync(volumes.VolumeOf(space), pack.Records[from..end], space.Offset, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            if (!isWritten)
                volumes.GiveBack(space);
        }
        if (!isWritten)
            return false;
        group.Reserved.Add(space);
        foreach (var fragment in fragments)
            group.Add(fragment.Number, new FragmentEntry(fragment.Root, fragment.Length, new VolumeSpace(space.Volume, space.Offset + fragment.At - from, fragment.Size)));
        return true;
    }

    void Submit(CancellationToken cancellationToken)
    {
        if (group.Entries.Count == 0)
            return;
        storing.Add(StoreAsync(group, cancellationToken));
        group = new Group(unfinished.Open(agreement));
    }

    async Task StoreAsync(Group submitted, CancellationToken cancellationToken)
    {
        var results = await entries.PutAsync(agreement, submitted.Entries, submitted.Reserved, submitted.Room, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < results.Length; i++)
            Results[submitted.Numbers[i]] = results[i];
    }

    /// <summary>What is indexed together.</summary>
    sealed class Group(UnfinishedUploads.Room room)
    {
        /// <summary>Of what may be stored.</summary>
        public UnfinishedUploads.Room Room => room;

        /// <summary>The entries' numbers in the request.</summary>
        public List<int> Numbers { get; } = [];

        public List<FragmentEntry> Entries { get; } = [];

        public List<VolumeSpace> Reserved { get; } = [];

        public void Add(int number, FragmentEntry entry)
        {
            Numbers.Add(number);
            Entries.Add(entry);
        }
    }
}
