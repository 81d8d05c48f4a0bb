namespace Marketplace.Provider.Proving.Rounds;

/// <summary>Where drand's rounds are fetched from.</summary>
public sealed record DrandRelayOptions
{
    /// <summary>drand's chain "evmnet", whose rounds a contract can verify.</summary>
    public const string Evmnet = "04f1e9062b8a81f848fded9c12306733282b2727ecced50032187751166ec8c3";

    /// <summary>drand's public relays (https://docs.drand.love/developer/http-api).</summary>
    public static IReadOnlyList<Uri> PublicRelays { get; } =
    [
        new("https://api.drand.sh"), new("https://api2.drand.sh"), new("https://api3.drand.sh"), new("https://drand.cloudflare.com"),
    ];

    /// <summary>Base addresses (http or https), asked in turn; none leaves the rounds to other nodes.</summary>
    public IReadOnlyList<Uri> Relays { get; init; } = PublicRelays;

    /// <summary>The drand chain's hash, 64 hexadecimal digits: only part of the path, since the contract knows the key.</summary>
    public string ChainHash { get; init; } = Evmnet;

    /// <summary>How long one relay may take for its whole answer; the default is 3 s.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(3);
}
