using Marketplace.Client.Catalog;

namespace Marketplace.Application.Transfers;

/// <remarks>
/// Objects of which providers have lost too much are stored again: each is read from those that still have it, spooled, and stored under its name like any
/// other content, with providers that answer now. They wait their turn to be read (<see cref="ReadBackAllAsync"/>).
/// </remarks>
public sealed partial class TransferQueue
{
    const string LockedMessage = "The vault is locked.";

    /// <summary>So many are on their way at most, so that what is uploaded meanwhile finds its place.</summary>
    readonly int mostAgain;

    /// <summary>Begins to store an object again.</summary>
    /// <returns>Its number, or why not.</returns>
    public (Guid? Id, string? Refusal) StoreAgain(ObjectName name) => StoreAgain([name]) switch
    {
        { Begun: [var id] } => (id, null),
        { IsLocked: true } => (null, LockedMessage),
        { OnTheWay: > 0 } => (null, "It is on its way already."),
        { Gone: > 0 } => (null, "It is not in the vault any more."),
        _ => (null, "Too many files are on their way now; try again when some of them are stored."),
    };

    /// <summary>Begins to store objects again, one after the other.</summary>
    public StoringAgain StoreAgain(IEnumerable<ObjectName> names)
    {
        if (door.Open is not { } vault)
            return new StoringAgain([], 0, 0, 0) { IsLocked = true };
        var (found, onTheWay, gone, left) = (new List<(ObjectName Name, VersionId Version, long Size)>(), 0, 0, 0);
        var (moving, places) = ListMoving();
        foreach (var name in names)
        {
            if (moving.Contains(name))
                onTheWay++;
            else if (found.Count >= places)
                left++;
            else if (vault.Find(name) is var (version, size))
                found.Add((name, version, size));
            else
                gone++;
        }
        var begun = new List<Guid>(found.Count);
        lock (gate)
        {
            // Somebody else may have begun one of them meanwhile.
            (moving, places) = ListMoving();
            foreach (var (name, version, size) in found)
            {
                if (!moving.Add(name))
                    onTheWay++;
                else if (begun.Count >= places || !TryTakeOpen())
                    left++;
                else
                    begun.Add(AddAgain(name, version, size).State.Id);
            }
        }
        Tell();
        Wake();
        return new StoringAgain(begun, onTheWay, gone, left);
    }

    /// <summary>The names of all that is on its way, and how many more may be that are stored again.</summary>
    (HashSet<ObjectName> Names, int Places) ListMoving()
    {
        lock (gate)
        {
            var moving = entries.Values.Where(static entry => !entry.State.IsOver).ToList();
            return (moving.Select(static entry => entry.Name).ToHashSet(), mostAgain - moving.Count(static entry => entry.State.IsAgain));
        }
    }

    /// <summary>Nobody is silent who hands it over, nor is it held where all is paused: it was asked for since.</summary>
    TransferEntry AddAgain(ObjectName name, VersionId version, long size)
    {
        var state = new Transfer(Guid.NewGuid(), name.Value, size, TransferStage.Receiving, 0, IsPaused: false, WhyItWaits()) { IsAgain = true };
        var entry = Add(new TransferEntry(order++, name, folder, sender: Guid.Empty, state) { Again = version });
        if (size > 0)
            unread.AddLast(entry);
        return entry;
    }
}

/// <summary>What became of the wish to store objects again.</summary>
/// <param name="Begun">The numbers of those that are on their way now.</param>
/// <param name="OnTheWay">How many were already, to be stored again or as new content.</param>
/// <param name="Gone">How many are not in the vault any more.</param>
/// <param name="Left">How many found no place; to be asked for again when some are stored.</param>
public sealed record StoringAgain(IReadOnlyList<Guid> Begun, int OnTheWay, int Gone, int Left)
{
    /// <summary>Whether nothing began since the vault is locked.</summary>
    public bool IsLocked { get; init; }
}
