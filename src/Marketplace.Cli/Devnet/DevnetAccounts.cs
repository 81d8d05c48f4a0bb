using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Devnet;

/// <summary>
/// Accounts for trying the dApp out with a browser's wallet: the first of the phrase that every development chain uses. Everybody knows their keys; they
/// are worth nothing outside of a local network.
/// </summary>
internal static class DevnetAccounts
{
    /// <summary>What a wallet imports.</summary>
    public const string Phrase = "test test test test test test test test test test test junk";

    /// <summary>Tokens (whole) that each starts with.</summary>
    public const ulong Tokens = 10_000;

    /// <summary>In the order in which wallets derive them (BIP-44, m/44'/60'/0'/0/n).</summary>
    public static IReadOnlyList<Address> All { get; } =
    [
        Address.Parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        Address.Parse("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
    ];

    /// <summary>Gives each gas and tokens.</summary>
    public static async Task FundAsync(DevnetChain chain, CancellationToken cancellationToken)
    {
        foreach (var account in All)
            await chain.GiveGasAsync(account, cancellationToken);
        await chain.GiveTokensAsync([.. All.Select(account => (account, Tokens))], cancellationToken);
    }
}
