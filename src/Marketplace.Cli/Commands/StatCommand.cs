using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Objects;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Watching;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace stat</summary>
internal static class StatCommand
{
    static readonly Argument<string> Name = ObjectArguments.Name();

    public static Command Create() => new Command(
        "stat",
        """
        Show how an object is stored: versions, coding, and which provider holds what in which health.
        Example: marketplace stat holiday.tar
        """) { Name }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = ObjectArguments.Parse(context.Get(Name));
        using var session = await VaultSession.OpenAsync(context, cancellationToken);
        var description = await session.UseCases.Send(new DescribeObject(name, IsFull: false), cancellationToken) ?? throw ObjectArguments.NotFound(name);
        context.Terminal.Result(ToJson(description), console => Show(console, description));
    }

    static object ToJson(ObjectDescription description) => new
    {
        name = description.Version.Name.Value,
        size = description.Version.Size,
        created = description.Version.Created,
        versions = description.Versions.Select(version => new { number = version.Number, size = version.Size, created = version.Created }),
        tags = description.Tags.All,
        coding = description.Manifest?.Layout.Coding.Name,
        segments = description.Manifest?.Layout.Segments,
        damaged = description.Manifest is null,
        health = description.Health is { } health ? HealthJson.Of(health) : null,
    };

    static void Show(IAnsiConsole console, ObjectDescription description)
    {
        var version = description.Version;
        console.WriteLine($"Name      {Printable.Escape(version.Name.Value)}");
        console.WriteLine($"Size      {Figures.Bytes(version.Size)} ({version.Size.ToString("N0", CultureInfo.InvariantCulture)} bytes)");
        console.WriteLine($"Stored    {version.Created.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}, version {version.Number} of {description.Versions.Count} that are kept");
        if (description.Tags.All.Length > 0)
            console.WriteLine($"Tags      {Printable.Escape(description.Tags.ToString())}");
        if (description is not { Manifest: { } manifest, Health: { } health })
        {
            console.WriteLine("Its manifest is damaged or another vault's; `marketplace recover` may bring it back.");
            return;
        }
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Coding    {CodingNames.Describe(manifest.Layout.Coding)}, {manifest.Layout.Segments} segments, {Figures.Bytes((long)manifest.Layout.LeavesPerProvider * 1024)} at each provider"));
        HealthTable.Write(console, health);
    }
}

/// <summary>An object's health as --json gives it.</summary>
internal static class HealthJson
{
    public static object Of(ObjectHealth health) => new
    {
        healthy = health.Healthy == health.Holders.Count,
        alive = health.Healthy,
        total = health.Holders.Count,
        needed = health.Needed,
        readable = health.IsReadable,
        atRisk = health.IsAtRisk,
        bytesRead = health.BytesRead,
        holders = health.Holders.Select(holder => new
        {
            index = holder.Index,
            agreement = holder.Agreement,
            provider = holder.Provider,
            healthy = holder.IsHealthy,
            fragmentsChecked = holder.Checked,
            fragmentsFailed = holder.Failed,
            problem = holder.Failure?.ToString(),
        }),
    };
}

/// <summary>An object's health for people.</summary>
internal static class HealthTable
{
    public static void Write(IAnsiConsole console, ObjectHealth health)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Fragment", "Agreement", "Provider", "Health");
        foreach (var holder in health.Holders)
        {
            table.AddRow(
                new Text(holder.Index.ToString(CultureInfo.InvariantCulture)), new Text(holder.Agreement.ToString()), new Text(holder.Provider.ToString()),
                new Text(holder.Failure is { } failure ? Printable.Escape(failure.ToString(), 80) : "good"));
        }
        console.Write(table);
        console.WriteLine(health.Message);
    }
}
