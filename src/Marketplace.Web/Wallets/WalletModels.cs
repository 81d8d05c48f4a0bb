using System.Globalization;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Web.Wallets;

/// <summary>What wallets are told about the market's chain.</summary>
/// <param name="ChainId">EIP-155.</param>
/// <param name="Name">For people.</param>
/// <param name="Endpoint">A JSON-RPC endpoint that wallets may be offered; null when the only one known may hold a secret.</param>
public sealed record ChainOffer(ulong ChainId, string Name, Uri? Endpoint)
{
    /// <summary>As EIP-1193 writes it: 0x7a69.</summary>
    public string HexId => "0x" + ChainId.ToString("x", CultureInfo.InvariantCulture);
}

/// <summary>A wallet that announced itself to the page (EIP-6963). Whatever it says about itself is its own claim.</summary>
/// <param name="Id">Of this announcement.</param>
/// <param name="Name">Fit to be shown.</param>
/// <param name="Icon">An image as a data: address; null for none that may be shown.</param>
public sealed record WalletChoice(string Id, string Name, string? Icon);

/// <summary>Whether a wallet is connected, and with which account on which chain.</summary>
public abstract record WalletState
{
    WalletState()
    {
    }

    /// <summary>None is.</summary>
    public sealed record Disconnected : WalletState;

    /// <summary>One was asked, and has not answered.</summary>
    public sealed record Connecting(WalletChoice Wallet) : WalletState;

    /// <summary>One is.</summary>
    /// <param name="Wallet">Which.</param>
    /// <param name="Account">The account that pages act for.</param>
    /// <param name="Accounts">All that the wallet lets this page know, that one among them.</param>
    /// <param name="ChainId">Of the chain that the wallet is on.</param>
    public sealed record Connected(WalletChoice Wallet, Address Account, IReadOnlyList<Address> Accounts, ulong ChainId) : WalletState;
}

/// <summary>A wallet's answer.</summary>
public abstract record WalletAnswer
{
    WalletAnswer()
    {
    }

    /// <summary>It did what it was asked.</summary>
    /// <param name="Value">Its answer as text; empty when it has none.</param>
    public sealed record Given(string Value) : WalletAnswer;

    /// <summary>The user said no (EIP-1193, 4001).</summary>
    public sealed record Rejected : WalletAnswer;

    /// <summary>It could not.</summary>
    /// <param name="Code">EIP-1193's or EIP-1474's.</param>
    /// <param name="Message">Its words, fit to be shown.</param>
    public sealed record Failed(int Code, string Message) : WalletAnswer;

    /// <summary>It did not answer in time, or the page lost its answer: it may still do it, or have done it.</summary>
    public sealed record Unanswered : WalletAnswer;
}
