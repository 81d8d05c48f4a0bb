using System.Text.Json;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Devnet;

/// <summary>A local network that runs, as devnet.json tells it.</summary>
internal sealed record DevnetState
{
    /// <summary>The process that runs it.</summary>
    public required int Pid { get; init; }

    public required string Folder { get; init; }

    /// <summary>JSON-RPC address.</summary>
    public required string Chain { get; init; }

    public required ulong ChainId { get; init; }

    /// <summary>File with the contracts' addresses.</summary>
    public required string Deployment { get; init; }

    public required int EpochSeconds { get; init; }

    /// <summary>Home of a consumer with tokens.</summary>
    public required string ConsumerHome { get; init; }

    public required Address Consumer { get; init; }

    /// <summary>File with the passphrase of every key file here.</summary>
    public required string PassphraseFile { get; init; }

    /// <summary>What a browser is started with; holds the gateway's secret. Null when no gateway runs.</summary>
    public Uri? Gateway { get; init; }

    public required IReadOnlyList<DevnetProvider> Providers { get; init; }

    public void Save(string path) => KeyFiles.WritePrivate(path, JsonSerializer.Serialize(this, JsonOutput.Options));

    /// <summary>Null if there is none, or the file is of something else.</summary>
    public static DevnetState? Load(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<DevnetState>(File.ReadAllText(path), JsonOutput.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A provider of a local network.</summary>
/// <param name="Name">Such as provider-01.</param>
/// <param name="Address">The owner's.</param>
/// <param name="Endpoint">Where it serves.</param>
/// <param name="Region">Where it says that it is.</param>
/// <param name="Home">Its folder.</param>
/// <param name="Admin">Health and metrics.</param>
/// <param name="Pid">Its process.</param>
internal sealed record DevnetProvider(string Name, Address Address, string Endpoint, string Region, string Home, string Admin, int Pid);
