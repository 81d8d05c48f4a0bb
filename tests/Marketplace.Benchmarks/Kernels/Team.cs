namespace Marketplace.Benchmarks.Kernels;

/// <summary>Threads that do the same work at once, each on data of its own. The caller is the first of them.</summary>
sealed class Team : IDisposable
{
    readonly Barrier start;
    readonly Barrier end;
    readonly List<Thread> others = [];
    Action<int>? work;

    /// <param name="size">At least 1.</param>
    public Team(int size)
    {
        Size = size;
        start = new Barrier(size);
        end = new Barrier(size);
        for (var member = 1; member < size; member++)
        {
            var number = member;
            var thread = new Thread(() => Follow(number)) { IsBackground = true };
            thread.Start();
            others.Add(thread);
        }
    }

    /// <summary>How many threads.</summary>
    public int Size { get; }

    /// <summary>Returns when the last member is done.</summary>
    /// <param name="job">Takes the member's number, from 0. Must not throw.</param>
    public void Run(Action<int> job)
    {
        if (Size == 1)
        {
            job(0);
            return;
        }
        work = job;
        start.SignalAndWait();
        job(0);
        end.SignalAndWait();
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        work = null;
        start.SignalAndWait();
        foreach (var thread in others)
            thread.Join();
        start.Dispose();
        end.Dispose();
    }

    void Follow(int number)
    {
        for (; ; )
        {
            start.SignalAndWait();
            if (work is not { } job)
                return;
            job(number);
            end.SignalAndWait();
        }
    }
}
