using Marketplace.Benchmarks.Figures;

namespace Marketplace.Benchmarks.Paths;

/// <summary>How long a command takes that does nothing, and a provider's node until it serves.</summary>
sealed class StartSuite : ISuite
{
    const string Help = "command line's help", Node = "provider's node";
    const double HelpBar = 150, NodeBar = 500;

    /// <inheritdoc/>
    public string Name => "start";

    /// <inheritdoc/>
    public string Description => "from a process's start to its answer, in milliseconds, and to its serving";

    /// <inheritdoc/>
    public IEnumerable<string> Measurements => [Help, Node];

    /// <inheritdoc/>
    public async Task MeasureAsync(SuiteRun run, CancellationToken cancellationToken)
    {
        if (LocalNetwork.Program is not { } program)
        {
            run.Miss(Name, $"the product is not built; {LocalNetwork.Variable} names its executable");
            return;
        }
        if (run.Wants(Help))
            await MeasureHelpAsync(run, program, cancellationToken);
        if (run.Wants(Node))
            await MeasureNodeAsync(run, cancellationToken);
    }

    async Task MeasureHelpAsync(SuiteRun run, string program, CancellationToken cancellationToken)
    {
        var rounds = new List<(Round Wall, Round Processor)>();
        for (var round = 0; round < run.Rounds; round++)
        {
            var help = await TimedProgram.RunAsync(program, ["--help"], new Dictionary<string, string>(), cancellationToken);
            rounds.Add((new Round(help.Seconds * 1e3, HelpBar), new Round(Math.Max(help.ProcessorSeconds, 0.001) * 1e3, HelpBar)));
        }
        run.Add(Figure.Of(Name, Help, "150 ms", "ms", Better.Lower, [.. rounds.Select(round => round.Wall)], 1));
        run.Add(Figure.Of(Name, $"{Help}, processor time", "150 ms", "ms", Better.Lower, [.. rounds.Select(round => round.Processor)]));
    }

    async Task MeasureNodeAsync(SuiteRun run, CancellationToken cancellationToken)
    {
        using var folder = new WorkFolder();
        // As many as the smallest coding needs: renting is a part of starting a network.
        run.Say("starting 10 providers");
        await using var network = await LocalNetwork.StartAsync(folder.File("network"), 10, "devices", cancellationToken);
        var rounds = new List<Round>();
        for (var round = 0; round < run.Rounds; round++)
            rounds.Add(new Round(await network.RestartAsync(round % 10, cancellationToken) * 1e3, NodeBar));
        run.Add(Figure.Of(Name, Node, "500 ms", "ms", Better.Lower, rounds, 1));
    }
}
