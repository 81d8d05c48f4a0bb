using System.CommandLine;
using Marketplace.Benchmarks;
using Marketplace.Benchmarks.Figures;
using Marketplace.Benchmarks.Kernels;
using Marketplace.Benchmarks.Machine;
using Marketplace.Benchmarks.Stores;

if (args is [StoreProcess.Argument, var directory])
    return StoreProcess.Run(directory);

var filter = new Option<string[]>("--filter")
{
    Description = "Only what has all these words in \"suite measurement\", e.g. `--filter coding 6-of-10`.",
    AllowMultipleArgumentsPerToken = true,
};
var json = new Option<FileInfo?>("--json") { Description = "Write all figures to this file." };
var rounds = new Option<int>("--rounds") { Description = "How often each figure is taken (1 to 99).", DefaultValueFactory = _ => 5 };
var list = new Option<bool>("--list") { Description = "Name what can be measured, and measure nothing." };
var size = new Option<int>("--size") { Description = "MiB of content in transfers (1 to 65536).", DefaultValueFactory = _ => 1024 };
var check = new Option<bool>("--check") { Description = "End with exit code 1 if a bar is missed." };
rounds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 99)
        result.AddError("--rounds is from 1 to 99.");
});
size.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 65_536)
        result.AddError("--size is from 1 to 65536.");
});

var command = new RootCommand("Measures kernels and whole paths beside their peers.") { filter, json, rounds, size, list, check };
command.SetAction(async (parsed, cancellationToken) =>
{
    var options = new BenchOptions(parsed.GetValue(filter) ?? [], parsed.GetValue(rounds));
    var suites = Suites.All((long)parsed.GetValue(size) << 20);
    if (parsed.GetValue(list))
        return List(suites, options);
    var machine = MachineDescription.OfThis(IsaLibrary.File);
    var report = new Report(machine, Console.Out, TimeProvider.System);
    report.Say($"{machine.Processor}, {machine.Cores} cores, {machine.Runtime}, {machine.OpenSsl}, ISA-L: {machine.IsaL ?? "none"}");
    foreach (var suite in suites)
    {
        var run = new SuiteRun(suite, options, report);
        if (!run.WantsAny)
            continue;
        report.Say($"\n{suite.Name}: {suite.Description}");
        await suite.MeasureAsync(run, cancellationToken);
    }
    if (parsed.GetValue(json) is { } file)
        await report.WriteAsync(file.FullName, cancellationToken);
    return parsed.GetValue(check) && report.Figures.Any(figure => !figure.ReachesBar) ? 1 : 0;
});
return await command.Parse(args).InvokeAsync();

static int List(IReadOnlyList<ISuite> suites, BenchOptions options)
{
    foreach (var suite in suites)
    {
        foreach (var measurement in suite.Measurements.Where(measurement => options.Matches(suite, measurement)))
            Console.WriteLine($"{suite.Name} {measurement}");
    }
    return 0;
}
