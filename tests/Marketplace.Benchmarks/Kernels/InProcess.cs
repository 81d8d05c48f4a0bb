using System.Collections.Immutable;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfolizer.Horology;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>BenchmarkDotNet within this process: a process for each method would put seconds between a subject and its peer.</summary>
static class InProcess
{
    /// <summary>What speeds of the method that is marked as baseline are filed under.</summary>
    public const string Subject = "ours";

    /// <summary>A machine that is busy with other things takes its time.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    static readonly ThreadClock ProcessorTime = new();

    static readonly Job Short = Job.Default
        .WithToolchain(new InProcessNoEmitToolchain(Patience, logOutput: false))
        .WithStrategy(RunStrategy.Throughput)
        .WithWarmupCount(1)
        .WithIterationCount(5)
        .WithIterationTime(TimeInterval.FromMilliseconds(40))
        .WithUnrollFactor(1)
        .WithMinInvokeCount(1)
        .WithEvaluateOverhead(false)
        .DontEnforcePowerPlan();

    /// <summary>Runs some of a class's benchmarks.</summary>
    /// <param name="isWanted">Which.</param>
    /// <param name="work">What one invocation of each does.</param>
    /// <param name="reversed">Whether the last method comes first.</param>
    /// <returns>For each method's description, or <see cref="Subject"/>, the median speed in GB/s.</returns>
    /// <exception cref="InvalidOperationException">A benchmark failed; the log is in the message.</exception>
    public static Dictionary<string, double> Measure<TBenchmarks>(Predicate<BenchmarkCase> isWanted, IWork work, bool reversed)
    {
        var log = new AccumulationLogger();
        var config = ManualConfig.CreateEmpty()
            .AddJob(work.Threads == 1 && ProcessorTime.IsAvailable ? Short.WithClock(ProcessorTime) : Short)
            .AddLogger(log)
            .AddFilter(new SimpleFilter(@case => isWanted(@case)))
            .WithOrderer(new MethodOrder(reversed))
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "marketplace-bench"))
            .WithOptions(ConfigOptions.DisableLogFile);
        var summary = BenchmarkRunner.Run<TBenchmarks>(config);
        var failed = summary.Reports.IsEmpty || summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success);
        return failed
            ? throw new InvalidOperationException($"Benchmarks of {typeof(TBenchmarks).Name} failed:\n{log.GetLog()}")
            : summary.Reports.ToDictionary(NameOf, report => work.Bytes / report.ResultStatistics!.Median);
    }

    static string NameOf(BenchmarkReport report)
    {
        var method = report.BenchmarkCase.Descriptor;
        return method.Baseline ? Subject : method.WorkloadMethodDisplayInfo.Trim('\'');
    }

    sealed class MethodOrder(bool reversed) : DefaultOrderer
    {
        public override IEnumerable<BenchmarkCase> GetExecutionOrder(
            ImmutableArray<BenchmarkCase> cases, IEnumerable<BenchmarkLogicalGroupRule>? order = null) =>
            reversed ? cases.OrderByDescending(Index) : cases.OrderBy(Index);

        static int Index(BenchmarkCase @case) => @case.Descriptor.MethodIndex;
    }
}
