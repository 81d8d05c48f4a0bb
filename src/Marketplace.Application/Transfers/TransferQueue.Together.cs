using Marketplace.Client.Catalog;
using Marketplace.Client.Uploads;

namespace Marketplace.Application.Transfers;

/// <summary>Small files are stored many at a time: one request to each provider, and one revision.</summary>
public sealed partial class TransferQueue
{
    /// <summary>Bytes of a file that is stored with others, of all of them, and how many go together: what one request to each provider takes.</summary>
    internal const int MostTogetherEach = 128 << 10, MostTogetherBytes = 4 << 20, MostTogether = 256;

    /// <summary>The next by itself; or, where it is small, with the small ones after it. One name only once, so that the later one is the newer version.</summary>
    List<TransferEntry> ChooseNext()
    {
        var (chosen, names, bytes) = (new List<TransferEntry>(), new HashSet<ObjectName>(), 0L);
        foreach (var entry in waiting.Where(entry => !entry.State.IsPaused))
        {
            if (!entry.MayGoTogether)
            {
                if (chosen.Count == 0)
                    chosen.Add(entry);
                break;
            }
            bytes += entry.State.Size;
            if (chosen.Count == MostTogether || bytes > MostTogetherBytes || !names.Add(entry.Name))
                break;
            chosen.Add(entry);
        }
        return chosen;
    }

    /// <summary>All of them, or none: they are no more than what goes in one request.</summary>
    async Task StoreTogetherAsync(IReadOnlyList<TransferEntry> entries, ITransferVault vault, CancellationTokenSource attempt)
    {
        var items = entries.Select(entry => (new UploadItem(entry.Name, () => new LentContent(entry.Content)), entry.Again)).ToList();
        var results = (await vault.PutManyAsync(items, new Progress(this, entries), attempt.Token)).ToDictionary(item => item.Name, item => item.Result);
        var others = new List<TransferEntry>();
        foreach (var entry in entries)
        {
            entry.IsStored = results.GetValueOrDefault(entry.Name) is UploadResult.Stored;
            if (entry.IsStored)
                Conclude(entry, results[entry.Name]);
            else
                others.Add(entry);
        }
        if (attempt.IsCancellationRequested)
            PutBack(others);
        else
            PutBackAlone(others);
    }

    /// <summary>Each is tried by itself.</summary>
    void PutBackAlone(IReadOnlyList<TransferEntry> entries)
    {
        lock (gate)
        {
            foreach (var entry in entries)
                entry.GoesAlone = true;
        }
        PutBack(entries);
    }

    /// <summary>Content that is the queue's to dispose of.</summary>
    sealed class LentContent(SpooledContent content) : IUploadSource
    {
        public long Length => content.Length;

        public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken) => content.ReadAsync(position, buffer, cancellationToken);

        public string? FindChange() => content.FindChange();

        public void Dispose()
        {
        }
    }
}
