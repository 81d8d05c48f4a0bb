using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Proving.Rounds;

namespace Marketplace.Provider.Administration;

/// <summary>A node's settings, as node.json holds them. Keys are in files of their own.</summary>
public sealed record NodeSettings
{
    /// <summary>JSON-RPC endpoint of the chain (http or https).</summary>
    public required Uri Chain { get; init; }

    /// <summary>The owner's address: the provider's name in the contracts.</summary>
    public required string Owner { get; init; }

    /// <summary>Address and port that consumers' connections are accepted on.</summary>
    public required string Listen { get; init; }

    /// <summary>What consumers connect to: <c>https://host:port</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Loopback address and port of health and metrics; null switches them off.</summary>
    public string? AdminListen { get; init; } = "127.0.0.1:7480";

    /// <summary>GiB that the node may fill with fragments (1..1,048,576).</summary>
    public required long CapacityGiB { get; init; }

    /// <summary>ISO 3166-1 alpha-2 country code, or empty.</summary>
    public string Region { get; init; } = "";

    /// <summary>Seconds between looks at the chain (0.1..60); the default is 2.</summary>
    public double PollSeconds { get; init; } = 2;

    /// <summary>Blocks on top of a transaction before it counts as done (0..64); the default is 2.</summary>
    public int Confirmations { get; init; } = 2;

    /// <summary>GiB of the disk that are left free whatever the capacity (0 or more); the default is 1.</summary>
    public double KeepFreeGiB { get; init; } = 1;

    /// <summary>MiB of what is stored that are read again in a second at most, to find what rots (0..65,536); 0 switches it off; the default is 16.</summary>
    public long ScrubMiBPerSecond { get; init; } = 16;

    /// <summary>
    /// Base addresses (http or https) of the drand relays that rounds are fetched from, asked in turn (0..16); the default is drand's own. Only
    /// markets whose seeds come from drand need them. What relays say is checked, so that none has to be trusted.
    /// </summary>
    public IReadOnlyList<Uri> DrandRelays { get; init; } = DrandRelayOptions.PublicRelays;

    /// <summary>Hash of the drand chain, as the relays' paths name it: 64 hexadecimal digits; the default is that of "evmnet".</summary>
    public string DrandChain { get; init; } = DrandRelayOptions.Evmnet;

    [JsonIgnore]
    public Address OwnerAddress => Address.Parse(Owner);

    [JsonIgnore]
    public IPEndPoint ListenEndPoint => IPEndPoint.Parse(Listen);

    [JsonIgnore]
    public IPEndPoint? AdminEndPoint => AdminListen is { } text ? IPEndPoint.Parse(text) : null;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads and checks settings.</summary>
    /// <exception cref="NodeSettingsException">The text is not JSON, or a setting is missing or out of its bounds.</exception>
    public static NodeSettings Parse(string text)
    {
        try
        {
            var settings = JsonSerializer.Deserialize<NodeSettings>(text, Json) ?? throw new NodeSettingsException("node.json is empty.");
            settings.Check();
            return settings;
        }
        catch (JsonException malformed)
        {
            throw new NodeSettingsException($"node.json cannot be read: {malformed.Message}");
        }
    }

    /// <summary>The settings as JSON.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="NodeSettingsException">A setting is out of its bounds; the message names it.</exception>
    public void Check()
    {
        Require(Chain is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "chain", "must be an http or https address");
        Require(Address.TryParse(Owner, null, out _), "owner", "must be an address: 0x and 40 hex digits");
        Require(IPEndPoint.TryParse(Listen, out var listen) && listen.Port > 0, "listen", "must be an IP address and a port, such as 0.0.0.0:7443");
        Require(Endpoint is { IsAbsoluteUri: true, Scheme: "https", AbsolutePath: "/" }, "endpoint", "must be https://host:port");
        Require(
            AdminListen is null || (IPEndPoint.TryParse(AdminListen, out var admin) && IPAddress.IsLoopback(admin.Address)),
            "adminListen", "must be a loopback address and a port: health and metrics are not for everybody");
        Require(CapacityGiB is >= 1 and <= 1 << 20, "capacityGiB", "must be between 1 and 1,048,576");
        Require(Region.Length == 0 || (Region.Length == 2 && Region.All(char.IsAsciiLetterUpper)), "region", "must be two capital letters, such as DE");
        Require(PollSeconds is >= 0.1 and <= 60, "pollSeconds", "must be between 0.1 and 60");
        Require(Confirmations is >= 0 and <= 64, "confirmations", "must be between 0 and 64");
        Require(
            DrandRelays is { Count: <= 16 } && DrandRelays.All(IsBaseAddress),
            "drandRelays", "must be at most 16 http or https addresses without user, query and fragment");
        Require(DrandChain is { Length: 64 } && DrandChain.All(char.IsAsciiHexDigitLower), "drandChain", "must be 64 hexadecimal digits in lower case");
        Require(ScrubMiBPerSecond is >= 0 and <= 1 << 16, "scrubMiBPerSecond", "must be between 0 and 65,536");
        Require(KeepFreeGiB is >= 0 and <= 1 << 20, "keepFreeGiB", "must be 0 or more");
    }

    static bool IsBaseAddress(Uri? relay) =>
        relay is { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" };

    static void Require(bool holds, string key, string rule)
    {
        if (!holds)
            throw new NodeSettingsException(string.Create(CultureInfo.InvariantCulture, $"node.json: '{key}' {rule}."));
    }
}

/// <summary>The node's settings stop its start.</summary>
public sealed class NodeSettingsException(string message) : Exception(message);
