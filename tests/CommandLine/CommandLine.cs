using System.Diagnostics;
using System.Text.Json;

namespace Marketplace.Testing;

/// <summary>What a run of the executable left behind.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The one JSON document on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The code of the error that <c>--json</c> wrote to standard error.</summary>
    public string ErrorCode => JsonDocument.Parse(Error).RootElement.GetProperty("error").GetProperty("code").GetString()!;

    public CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}.\n{Output}\n{Error}");
        return this;
    }

    public CommandResult Refused(string code)
    {
        Assert.True(ExitCode != 0, $"It was to be refused with {code}, but succeeded.\n{Output}");
        Assert.Equal(code, ErrorCode);
        return this;
    }
}

/// <summary>Runs the real executable, as a user would.</summary>
public static class CommandLine
{
    public const string Passphrase = "correct horse battery staple";

    /// <summary>The product as it is built, compiled ahead of time in a release: what its users run.</summary>
    public static readonly string Executable = FindExecutable();

    /// <summary>Runs a command to its end, with <c>--json</c>.</summary>
    public static async Task<CommandResult> RunAsync(string? home, IEnumerable<string> arguments, TimeSpan? patience = null, string passphrase = Passphrase, string? anvil = null)
    {
        using var process = Start(home, ["--json", .. arguments], passphrase, anvil);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromMinutes(5));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"`marketplace {string.Join(' ', arguments)}` did not end.\n{await output}\n{await error}");
        }
        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Starts a command and leaves it running.</summary>
    public static Process Start(string? home, IEnumerable<string> arguments, string passphrase = Passphrase, string? anvil = null)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MARKETPLACE_PASSPHRASE"] = passphrase;
        if (home is not null)
            start.Environment["MARKETPLACE_HOME"] = home;
        if (anvil is not null)
            start.Environment["MARKETPLACE_ANVIL"] = anvil;
        return Process.Start(start)!;
    }

    /// <summary>Ends a command that was started with <c>--end-with-input</c>, by force where it does not end by itself.</summary>
    public static async Task StopAsync(Process process, TimeSpan patience)
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        process.Dispose();
    }

    /// <summary>In the build of the same configuration as the tests.</summary>
    static string FindExecutable()
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var built = Path.Combine("src", "Marketplace.Cli", "bin", framework.Parent!.Name, framework.Name, "marketplace");
        for (var folder = framework; folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, built) is var program && File.Exists(program))
                return program;
        }
        throw new FileNotFoundException($"{built} lies in no directory above {AppContext.BaseDirectory}.");
    }
}
