using System.Text.Json;
using Spectre.Console;

namespace Marketplace.Cli.Terminal;

/// <summary>
/// Where a command speaks. Results go to standard output: text and tables for people, or with <c>--json</c> exactly one JSON document.
/// Everything on the way there (what is being done, progress, warnings) goes to standard error, and is silent with <c>--json</c>.
/// </summary>
internal sealed class CommandTerminal
{
    readonly TextWriter output;
    readonly IAnsiConsole results;
    readonly IAnsiConsole notes;

    public CommandTerminal(bool json, TextWriter output, TextWriter error)
    {
        this.output = output;
        Json = json;
        results = ConsoleOn(output, Console.IsOutputRedirected);
        notes = ConsoleOn(error, Console.IsErrorRedirected);
    }

    /// <summary>Whether the result is wanted as JSON.</summary>
    public bool Json { get; }

    /// <summary>Tells what is being done; silent with <c>--json</c>.</summary>
    public void Note(string text)
    {
        if (!Json)
            notes.MarkupLineInterpolated($"[grey]{text}[/]");
    }

    /// <summary>Tells what the user should look at although the command goes on; silent with <c>--json</c>.</summary>
    public void Warn(string text)
    {
        if (!Json)
            notes.MarkupLineInterpolated($"[yellow]{text}[/]");
    }

    /// <summary>The command's result.</summary>
    /// <param name="value">Written with <c>--json</c>.</param>
    /// <param name="show">Writes it for people.</param>
    public void Result(object value, Action<IAnsiConsole> show)
    {
        if (Json)
            output.WriteLine(JsonSerializer.Serialize(value, JsonOutput.Options));
        else
            show(results);
    }

    /// <summary>Runs work that reports progress; a bar with rate and time left on a terminal, nothing with <c>--json</c> or into a file.</summary>
    /// <param name="title">Stands before the bar.</param>
    /// <param name="work">Gets a function to report done and total bytes with.</param>
    public async Task<T> WithProgressAsync<T>(string title, Func<Action<long, long>, Task<T>> work)
    {
        if (Json || !notes.Profile.Capabilities.Interactive)
            return await work(static (_, _) => { });
        return await notes.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(),
                new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask(Markup.Escape(title), autoStart: true, maxValue: 1);
                var result = await work((done, total) =>
                {
                    bar.MaxValue = Math.Max(total, 1);
                    bar.Value = done;
                });
                bar.Value = bar.MaxValue;
                return result;
            });
    }

    /// <summary>Tells why the command failed, on standard error.</summary>
    public void Fail(string code, string message)
    {
        if (Json)
            Console.Error.WriteLine(JsonSerializer.Serialize(new { error = new { code, message } }, JsonOutput.Options));
        else
            notes.MarkupLineInterpolated($"[red]{message}[/]");
    }

    static IAnsiConsole ConsoleOn(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        // A pipe has no width; wide enough that no line of a table is broken.
        if (redirected)
            console.Profile.Width = 200;
        return console;
    }
}
