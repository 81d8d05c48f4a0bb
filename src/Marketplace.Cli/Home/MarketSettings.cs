using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Cli.Home;

/// <summary>Which market a consumer uses: market.json.</summary>
internal sealed record MarketSettings
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    };

    /// <summary>The chain's JSON-RPC endpoint (http or https). It may hold a secret, and is never shown beyond its host.</summary>
    public required string Chain { get; init; }

    /// <summary>The deployment file; relative to the home folder, or absolute.</summary>
    public string Deployment { get; init; } = "deployment.json";

    /// <summary>Blocks that must hold or follow a transaction before it counts (1..10,000); the default is 1.</summary>
    public int Confirmations { get; init; } = 1;

    /// <exception cref="CommandRefusal">There is none, or it makes no sense; the message names the key.</exception>
    public static MarketSettings Load(ConsumerHome home)
    {
        if (!File.Exists(home.MarketFile))
            throw new CommandRefusal(
                "market-missing", $"{home.Folder} does not say which market to use; run `marketplace gateway run --chain URL --deployment FILE` and make a vault in the browser, or `marketplace vault init` with the same options.");
        try
        {
            var settings = JsonSerializer.Deserialize<MarketSettings>(File.ReadAllText(home.MarketFile), Json)
                ?? throw new CommandRefusal("settings-invalid", $"{home.MarketFile} is empty.");
            return settings.Checked(home.MarketFile);
        }
        catch (JsonException malformed)
        {
            // The value is not repeated: the endpoint may hold a secret.
            throw new CommandRefusal("settings-invalid", $"{home.MarketFile} cannot be read: see line {malformed.LineNumber + 1}.");
        }
    }

    /// <summary>Writes market.json, readable by its owner only.</summary>
    public void Save(ConsumerHome home)
    {
        _ = Checked("The settings");
        KeyFiles.WritePrivate(home.MarketFile, JsonSerializer.Serialize(this, Json) + "\n");
    }

    /// <summary>The deployment file's place.</summary>
    public string DeploymentPath(ConsumerHome home) => Path.GetFullPath(Deployment, home.Folder);

    MarketSettings Checked(string source)
    {
        Require(IsEndpoint(Chain), "chain", "must be an http:// or https:// address");
        Require(Deployment.Length > 0, "deployment", "must name the deployment file");
        Require(Confirmations is >= 1 and <= 10_000, "confirmations", "must be 1 to 10,000");
        return this;

        void Require(bool holds, string key, string rule)
        {
            if (!holds)
                throw new CommandRefusal("settings-invalid", $"{source}: '{key}' {rule}.");
        }
    }

    static bool IsEndpoint(string text)
    {
        try
        {
            _ = RpcEndpoint.Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
