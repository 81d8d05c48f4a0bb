using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Tests.Agreements;
using Marketplace.Provider.Tests.Fragments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Provider.Tests.Persistence;

/// <summary>
/// A process that is there to be killed: it writes without end and prints what was acknowledged, a line each. <c>S n</c>: fragment n is
/// stored; <c>T n</c>: small fragment n is, of many in one request; <c>R n</c>: revision n is applied; <c>C n</c>: checkpoint n is built; <c>F name</c>: the store refused with an exception.
/// Revision n puts fragment n into slot n mod 16, which is emptied first.
/// </summary>
internal static class CrashWriter
{
    public const int Slots = 16;
    const int Together = 120;
    const int RefusalsToStop = 5;

    public static StoreOptions OptionsFor(string directory) => new()
    {
        DataDirectory = directory,
        VolumeBytes = 2 << 20,
        PreallocationBytes = 256 << 10,
        KeepFreeBytes = 0,
        StagingTime = TimeSpan.FromDays(1),
    };

    public static TestFragment Fragment(ulong number) => new(1 + (int)(number * 7 % 90), (int)number);

    /// <summary>One of those that are sent together.</summary>
    public static TestFragment SmallFragment(ulong number) => new(1 + (int)(number % 2), -1 - (int)number);

    /// <summary>What the consumer holds after revision n.</summary>
    public static TestAgreement AgreementAt(ulong number)
    {
        var agreement = new TestAgreement(StoreFixture.Agreement);
        for (var n = 1UL; n <= number; n++)
            agreement.Become(agreement.With([(n % Slots, n + Slots > number ? Fragment(n) : null)]));
        return agreement;
    }

    /// <returns>3 if the store refused, which only happens when a fault is injected.</returns>
    public static async Task<int> RunAsync(string directory)
    {
        await using var store = ProviderStore.Open(OptionsFor(directory), TimeProvider.System, NullLogger<ProviderStore>.Instance);
        await store.Agreements.RegisterAsync(
            new AgreementTerms(StoreFixture.Agreement, Address.Zero, new GiB(1), new Epoch(1), new Epoch(9)), CancellationToken.None);
        var agreement = AgreementAt(store.Agreements.Find(StoreFixture.Agreement)!.Revision.Number);
        var refusals = 0;
        while (refusals < RefusalsToStop)
        {
            try
            {
                await RoundAsync(store, agreement);
            }
            catch (Exception exception)
            {
                refusals++;
                Say("F " + exception.GetType().Name);
            }
        }
        return 3;
    }

    static async Task RoundAsync(ProviderStore store, TestAgreement agreement)
    {
        var ahead = Enumerable.Range(1, 8).Select(i => agreement.Number + (ulong)i);
        await Task.WhenAll([.. ahead.Select(number => Task.Run(() => StoreAsync(store, number))), Task.Run(() => StoreTogetherAsync(store, agreement.Number))]);
        var target = agreement.Number + 4;
        while (agreement.Number < target)
        {
            var number = agreement.Number + 1;
            var changes = new List<(ulong, TestFragment?)> { (number % Slots, Fragment(number)) };
            if (agreement.Slots.ContainsKey(number % Slots))
                changes.Insert(0, (number % Slots, null));
            var next = agreement.With([.. changes]);
            if (await store.Agreements.ApplyRevisionAsync(next.Request([.. changes]), CancellationToken.None) is not RevisionResult.Applied)
                throw new InvalidOperationException("The revision was refused.");
            agreement.Become(next);
            Say("R " + number);
        }
        var checkpoint = await store.Checkpoints.BuildAsync(CancellationToken.None);
        Say("C " + checkpoint.Sequence);
        await store.Checkpoints.ReleaseGarbageAsync(checkpoint.Sequence - Math.Min(checkpoint.Sequence, 2), CancellationToken.None);
        await store.CollectAsync(CancellationToken.None);
    }

    static async Task StoreAsync(ProviderStore store, ulong number)
    {
        var fragment = Fragment(number);
        var result = await store.Fragments.WriteAsync(
            StoreFixture.Agreement, fragment.Root, fragment.Bytes.Length, new MemoryStream(fragment.Bytes), CancellationToken.None);
        if (result is FragmentWriteResult.Stored or FragmentWriteResult.AlreadyStored)
            Say("S " + number);
    }

    /// <summary>Small fragments in one request, which no revision names.</summary>
    static async Task StoreTogetherAsync(ProviderStore store, ulong round)
    {
        await using var intake = store.Fragments.OpenIntake(StoreFixture.Agreement);
        var numbers = Enumerable.Range(0, Together).Select(i => round * Together + (ulong)i).ToList();
        foreach (var number in numbers)
        {
            var fragment = SmallFragment(number);
            await intake.TakeAsync(fragment.Root, fragment.Bytes.Length, new MemoryStream(fragment.Bytes), CancellationToken.None);
        }
        var results = await intake.FinishAsync(CancellationToken.None);
        foreach (var (number, result) in numbers.Zip(results))
        {
            if (result is FragmentWriteResult.Stored or FragmentWriteResult.AlreadyStored)
                Say("T " + number);
        }
    }

    static void Say(string line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
