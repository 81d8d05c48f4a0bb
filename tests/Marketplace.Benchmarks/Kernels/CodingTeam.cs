namespace Marketplace.Benchmarks.Kernels;

/// <summary>Threads, each with a segment, that were shown to compute the same in both ways.</summary>
sealed class CodingTeam : IDisposable
{
    /// <summary>That of the last work: segments take long to make, and each method and round wants the same.</summary>
    static CodingTeam? last;

    readonly Team team;
    readonly CodingPlace[] places;
    readonly CodingWork work;

    CodingTeam(CodingWork work)
    {
        this.work = work;
        team = new Team(work.Threads);
        places = [.. Enumerable.Range(0, work.Threads).Select(_ => new CodingPlace(work))];
        foreach (var place in places)
            place.RequireSameResults();
    }

    public static CodingTeam For(CodingWork work)
    {
        if (last?.work == work)
            return last;
        last?.Dispose();
        return last = new CodingTeam(work);
    }

    /// <summary>What one invocation is, made once so that none allocates.</summary>
    public Action Repeated(Action<CodingPlace> once)
    {
        Action<int> job = member =>
        {
            for (var i = 0; i < work.Repeats; i++)
                once(places[member]);
        };
        return () => team.Run(job);
    }

    public void Dispose()
    {
        team.Dispose();
        foreach (var place in places)
            place.Dispose();
    }
}
