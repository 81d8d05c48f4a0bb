using BenchmarkDotNet.Running;
using Marketplace.Benchmarks.Figures;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>
/// Measures kernels by BenchmarkDotNet, in this process and in rounds: in each, the subject and its peers run one after the other on
/// the same data, and a figure is the median of the rounds' ratios. So what else the machine does falls on both.
/// </summary>
/// <typeparam name="TBenchmarks">A method for the subject, marked as baseline, and one for each peer; one parameter, the work.</typeparam>
/// <typeparam name="TWork">The parameter.</typeparam>
public abstract class KernelSuite<TBenchmarks, TWork> : ISuite
    where TWork : class, IWork
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Description { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Measurements => Works.Select(work => work.Name);

    /// <summary>Everything that the benchmarks' parameter can be.</summary>
    protected abstract IReadOnlyList<TWork> Works { get; }

    /// <summary>Names of peers among the benchmark methods that this machine lacks, each with the reason.</summary>
    protected virtual IReadOnlyDictionary<string, string> MissingPeers { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public async Task MeasureAsync(SuiteRun run, CancellationToken cancellationToken)
    {
        foreach (var (peer, reason) in MissingPeers)
            run.Miss($"beside {peer}", reason);
        foreach (var work in Works.Where(work => run.Wants(work.Name)))
        {
            var rounds = new List<IReadOnlyDictionary<string, double>>();
            for (var round = 0; round < run.Rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var speeds = InProcess.Measure<TBenchmarks>(@case => IsMeasured(@case, work), work, reversed: round % 2 == 1);
                rounds.Add(speeds.Concat(await MeasureOutsideAsync(work, cancellationToken)).ToDictionary());
            }
            foreach (var figure in FiguresOf(work, rounds))
                run.Add(figure);
        }
    }

    /// <summary>Speeds of peers that are programs of their own, in GB/s; called once a round.</summary>
    protected virtual Task<IReadOnlyDictionary<string, double>> MeasureOutsideAsync(TWork work, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, double>>(new Dictionary<string, double>());

    bool IsMeasured(BenchmarkCase @case, TWork work) =>
        ((TWork)@case.Parameters.Items[0].Value).Name == work.Name
        && !MissingPeers.ContainsKey(@case.Descriptor.WorkloadMethodDisplayInfo.Trim('\''));

    IEnumerable<Figure> FiguresOf(TWork work, List<IReadOnlyDictionary<string, double>> rounds) => rounds[0].Keys
        .Where(peer => peer != InProcess.Subject)
        .Select(peer => Figure.Of(
            Name, work.Name, peer, "GB/s", Better.Higher, [.. rounds.Select(round => new Round(round[InProcess.Subject], round[peer]))],
            work.BarAgainst(peer)));
}
