using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Deployments;

/// <summary>A deployment file is missing a field, has one too many, or has one that cannot be.</summary>
public sealed class DeploymentFileException(string path, string reason, Exception? inner = null)
    : Exception($"The deployment file {path} cannot be used: {reason}", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}

/// <summary>
/// A deployment as JSON: <c>{"format": 1, "chainId": 31337, "deployBlock": 1, "genesis": 1700000000, "epochLength": 86400, "contracts":
/// {"StorageToken": "0x..", ...}}</c>, times in seconds; MarketplaceTimelock and MarketplaceGovernor may be missing. Read strictly, because a wrong address in it costs money.
/// </summary>
public static class DeploymentFile
{
    const int Format = 1;
    const long MaxBytes = 64 * 1024;
    const long MaxGenesis = 253_402_300_799; // the last second of the year 9999
    const long MaxEpochLength = 366L * 24 * 3600;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
    };

    sealed record Document
    {
        public required int Format { get; init; }
        public required ulong ChainId { get; init; }
        public required ulong DeployBlock { get; init; }
        public required long Genesis { get; init; }
        public required long EpochLength { get; init; }
        public required Dictionary<string, string> Contracts { get; init; }
    }

    /// <exception cref="DeploymentFileException">The file is not there, or is not exactly a deployment.</exception>
    public static async Task<Deployment> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new DeploymentFileException(path, $"it is longer than {MaxBytes} bytes.");
            return Parse(await File.ReadAllTextAsync(path, cancellationToken), path);
        }
        catch (IOException fault)
        {
            throw new DeploymentFileException(path, "it cannot be read.", fault);
        }
    }

    /// <param name="json">The text.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="DeploymentFileException">Not exactly a deployment.</exception>
    public static Deployment Parse(string json, string source)
    {
        Document document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(json, Json) ?? throw new DeploymentFileException(source, "it is empty.");
        }
        catch (JsonException fault)
        {
            throw new DeploymentFileException(source, fault.Message, fault);
        }
        Require(document.Format == Format, $"its format is {document.Format}, this program reads {Format}.");
        Require(document.Genesis is >= 0 and <= MaxGenesis, "its genesis is no time.");
        Require(document.EpochLength is > 0 and <= MaxEpochLength, "its epoch length is not 1 s to 366 days.");
        var addresses = document.Contracts;
        var clock = new EpochClock(DateTimeOffset.FromUnixTimeSeconds(document.Genesis), TimeSpan.FromSeconds(document.EpochLength));
        var deployment = Deployment.Of(document.ChainId, clock, Take, Missing) with { DeployBlock = document.DeployBlock };
        Require(addresses.Count == 0, $"it names unknown contracts: {string.Join(", ", addresses.Keys.Order())}.");
        Require(deployment.Contracts.Select(contract => contract.Address).Distinct().Count() == deployment.Contracts.Count,
            "two contracts have one address.");
        return deployment;

        void Require(bool holds, string reason)
        {
            if (!holds)
                throw new DeploymentFileException(source, reason);
        }

        DeploymentFileException Missing(string name) => new(source, $"the address of {name} is missing or wrong.");

        Address? Take(string name)
        {
            if (!addresses.Remove(name, out var text))
                return null;
            return Address.TryParse(text, CultureInfo.InvariantCulture, out var address) && address != Address.Zero
                ? address : throw Missing(name);
        }
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public static string Write(Deployment deployment) => JsonSerializer.Serialize(
        new Document
        {
            Format = Format,
            ChainId = deployment.ChainId,
            DeployBlock = deployment.DeployBlock,
            Genesis = deployment.Genesis.ToUnixTimeSeconds(),
            EpochLength = (long)deployment.EpochLength.TotalSeconds,
            Contracts = deployment.Contracts.ToDictionary(contract => contract.Name, contract => contract.Address.ToString()),
        },
        Json) + "\n";

    /// <summary>Replaces the file as a whole; a reader sees the old one or the new one.</summary>
    public static async Task SaveAsync(Deployment deployment, string path, CancellationToken cancellationToken = default)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        await File.WriteAllTextAsync(temporary, Write(deployment), cancellationToken);
        File.Move(temporary, path, overwrite: true);
    }
}
