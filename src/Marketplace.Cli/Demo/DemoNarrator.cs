using Spectre.Console;

namespace Marketplace.Cli.Demo;

/// <summary>Tells the story while it happens; silent with --json. Claims are collected, and told as they are judged.</summary>
internal sealed class DemoNarrator(bool silent)
{
    readonly List<DemoClaim> claims = [];
    readonly TimeProvider time = TimeProvider.System;
    readonly long started = TimeProvider.System.GetTimestamp();
    int chapter;

    static DemoNarrator()
    {
        // Into a file or a pipe, lines are not broken at the width of a terminal that is not there.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 200;
    }

    public IReadOnlyList<DemoClaim> Claims => claims;

    public TimeSpan Elapsed => time.GetElapsedTime(started);

    /// <summary>Begins a part of the story.</summary>
    public void Chapter(string title)
    {
        chapter++;
        if (silent)
            return;
        AnsiConsole.WriteLine();
        AnsiConsole.Write(new Rule($"[bold]{chapter}. {Markup.Escape(title)}[/] [grey]{Elapsed:m\\:ss}[/]") { Justification = Justify.Left });
    }

    public void Say(string text)
    {
        if (!silent)
            AnsiConsole.WriteLine("  " + text);
    }

    /// <summary>Judges a claim; the demonstration fails at its end if one does not hold.</summary>
    public void Claim(string text, bool holds, string evidence)
    {
        claims.Add(new DemoClaim(text, holds, evidence));
        if (!silent)
            AnsiConsole.MarkupLine($"  {(holds ? "[green]✓[/]" : "[red]✗[/]")} {Markup.Escape(text)} [grey]({Markup.Escape(evidence)})[/]");
    }

    public void Show(Table table)
    {
        if (!silent)
            AnsiConsole.Write(table);
    }

    /// <summary>Runs work with a progress bar where somebody sees it.</summary>
    public async Task<T> WithBarAsync<T>(string title, Func<Action<long, long>, Task<T>> work)
    {
        if (silent || !AnsiConsole.Profile.Capabilities.Interactive)
            return await work(static (_, _) => { });
        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("  " + Markup.Escape(title));
                return await work((done, total) =>
                {
                    bar.MaxValue = Math.Max(1, total);
                    bar.Value = done;
                });
            });
    }
}
