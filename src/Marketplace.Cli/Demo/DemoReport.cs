using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Demo;

/// <summary>Something that the demonstration says, and whether it was so.</summary>
/// <param name="Text">The claim.</param>
/// <param name="Holds">Whether it held.</param>
/// <param name="Evidence">The figures that it was judged by.</param>
internal sealed record DemoClaim(string Text, bool Holds, string Evidence);

/// <summary>An epoch of the agreements' term.</summary>
/// <param name="Epoch">Its number.</param>
/// <param name="IsSealed">Whether it got its seed; a dormant one is neither paid nor slashed.</param>
/// <param name="Proven">Providers that proved it.</param>
/// <param name="Alive">Providers that were running.</param>
/// <param name="Gas">Gas of each proof, on average.</param>
internal sealed record DemoEpoch(Epoch Epoch, bool IsSealed, int Proven, int Alive, ulong Gas);

/// <summary>How a provider came out of it. Amounts are token base units.</summary>
/// <param name="Name">Such as provider-01.</param>
/// <param name="Address">The owner.</param>
/// <param name="Killed">Whether it was killed.</param>
/// <param name="Agreement">Its agreement with the consumer.</param>
/// <param name="ProvenEpochs">Of the term.</param>
/// <param name="MissedEpochs">Since its registration.</param>
/// <param name="Deposited">What the consumer deposited for it.</param>
/// <param name="Paid">What was paid out of that, the protocol's fee included.</param>
/// <param name="Refunded">What the consumer got back.</param>
/// <param name="Slashed">What it lost of its stake.</param>
/// <param name="Compensated">What the consumer got of that.</param>
internal sealed record DemoProvider(
    string Name, Address Address, bool Killed, AgreementId Agreement, ulong ProvenEpochs, ulong MissedEpochs, TokenAmount Deposited, TokenAmount Paid,
    TokenAmount Refunded, TokenAmount Slashed, TokenAmount Compensated);

/// <summary>Where all tokens are at the end. Amounts are token base units.</summary>
internal sealed record DemoBalances(
    TokenAmount TotalSupply, TokenAmount Consumer, TokenAmount Providers, TokenAmount Staked, TokenAmount Treasury, TokenAmount EscrowHeld,
    TokenAmount EscrowWithdrawable, TokenAmount NeverHandedOut, IReadOnlyList<string> Discrepancies);

/// <summary>All figures of a demonstration, as --report writes them.</summary>
internal sealed record DemoReport
{
    public required bool Succeeded { get; init; }

    public required double Seconds { get; init; }

    public required string File { get; init; }

    public required long FileBytes { get; init; }

    public required string Sha256 { get; init; }

    public required string DownloadedSha256 { get; init; }

    public required double UploadSeconds { get; init; }

    public required double DownloadSeconds { get; init; }

    public required string Coding { get; init; }

    /// <summary>JSON-RPC address of the chain while it ran.</summary>
    public required string Chain { get; init; }

    public required Address StorageAgreements { get; init; }

    public required Address Consumer { get; init; }

    public required IReadOnlyList<DemoEpoch> Epochs { get; init; }

    public required IReadOnlyList<DemoProvider> Providers { get; init; }

    public required DemoBalances Balances { get; init; }

    public required IReadOnlyList<DemoClaim> Claims { get; init; }
}
