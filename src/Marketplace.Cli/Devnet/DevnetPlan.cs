using System.Globalization;
using System.Net;
using Marketplace.Core.Primitives;

namespace Marketplace.Cli.Devnet;

/// <summary>What a local network consists of.</summary>
internal sealed record DevnetPlan
{
    /// <summary>Regions that providers are spread over, two to each, so that a 4-of-12 upload finds the spread it insists on.</summary>
    static readonly string[] Regions = ["DE", "FR", "NL", "FI", "US", "CA", "BR", "JP", "SG", "AU", "ZA", "IN"];

    /// <summary>The folder that everything lives in.</summary>
    public required string Folder { get; init; }

    /// <summary>Provider nodes, 1 to 200.</summary>
    public int Providers { get; init; } = 12;

    /// <summary>Seconds in an epoch.</summary>
    public int EpochSeconds { get; init; } = 15;

    /// <summary>Seconds between blocks.</summary>
    public int BlockSeconds { get; init; } = 1;

    /// <summary>GiB that each provider offers.</summary>
    public int CapacityGiB { get; init; } = 16;

    /// <summary>Epochs paid together.</summary>
    public int BillingCycle { get; init; } = 4;

    /// <summary>Epochs after an agreement's end in which cycles can still be collected.</summary>
    public int SettlementGrace { get; init; } = 2;

    /// <summary>Tokens (whole) that each reserved GiB needs as stake.</summary>
    public int StakePerGiB { get; init; } = 20;

    /// <summary>
    /// What each provider asks for a GiB and epoch; null for a millionth of a token for each second of it, so that a GiB costs 2.592 for 30 days however
    /// short the epochs are.
    /// </summary>
    public TokenAmount? Price { get; init; }

    /// <summary>As <see cref="Price"/>, whoever said it.</summary>
    public TokenAmount AskedPrice => Price ?? new TokenAmount(TokenAmount.FromTokens(1).Value / 1_000_000) * (ulong)EpochSeconds;

    /// <summary>Tokens (whole) that each provider stakes.</summary>
    public int StakeTokens { get; init; } = 1_000;

    /// <summary>Tokens (whole) that the consumer starts with.</summary>
    public int ConsumerTokens { get; init; } = 25_000;

    public string StateFile => Path.Combine(Folder, "devnet.json");

    /// <summary>The passphrase of every key file of the local network.</summary>
    public string PassphraseFile => Path.Combine(Folder, "passphrase");

    public string DeploymentFile => Path.Combine(Folder, "deployment.json");

    public string ConsumerHome => Path.Combine(Folder, "consumer");

    /// <summary>Held by the process that runs the network.</summary>
    public string LockFile => Path.Combine(Folder, "devnet.lock");

    public string LogFolder => Path.Combine(Folder, "logs");

    public string ProvidersFolder => Path.Combine(Folder, "providers");

    public string ProviderHome(int number) => Path.Combine(ProvidersFolder, Name(number));

    /// <summary>A provider's name, counted from 1.</summary>
    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"provider-{number:D2}");

    /// <summary>
    /// A loopback address for each provider, each in a /24 of its own: uploads insist that no two fragments of a segment lie in one network.
    /// </summary>
    public static IPAddress AddressOf(int number) => new([127, 0, (byte)number, 1]);

    /// <summary>A provider's region: neighbours in the list share one.</summary>
    public static string RegionOf(int number) => Regions[(number - 1) / 2 % Regions.Length];
}
