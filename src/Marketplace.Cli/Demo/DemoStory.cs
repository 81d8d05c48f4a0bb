using System.Diagnostics;
using System.Security.Cryptography;
using Marketplace.Chain;
using Marketplace.Chain.Accounting;
using Marketplace.Chain.Agreements;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Devnet;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Downloads;
using Marketplace.Client.Uploads;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Demo;

/// <summary>
/// The main job, on a real chain with real processes and a real file: stake and list, rent, upload, prove, lose two thirds of the providers, get the
/// file back, settle, and account for every token.
/// </summary>
internal sealed class DemoStory : IDisposable
{
    const int Killed = 8;
    const ulong Term = 8;

    /// <summary>Payable epochs that all providers live through.</summary>
    const ulong EpochsBeforeTheLoss = 3;

    readonly DevnetHost network;
    readonly DemoNarrator narrator;
    readonly DemoConsumer consumer;
    readonly DemoEpochs epochs;

    DemoStory(DevnetHost network, DemoNarrator narrator)
    {
        this.network = network;
        this.narrator = narrator;
        consumer = new DemoConsumer(network);
        epochs = new DemoEpochs(network, narrator);
    }

    Market Market => network.Chain.Market;

    IReadOnlyList<DevnetNode> Dead => [.. network.Nodes.Take(Killed)];

    IReadOnlyList<DevnetNode> Alive => [.. network.Nodes.Skip(Killed)];

    /// <summary>Tells it all, and leaves nothing running.</summary>
    public static async Task<DemoReport> TellAsync(DevnetPlan plan, string file, DemoNarrator narrator, CancellationToken cancellationToken)
    {
        narrator.Chapter("A local network");
        await using var network = await DevnetHost.StartAsync(plan, narrator.Say, cancellationToken);
        using var story = new DemoStory(network, narrator);
        return await story.TellAsync(file, cancellationToken);
    }

    public void Dispose() => consumer.Dispose();

    async Task<DemoReport> TellAsync(string file, CancellationToken cancellationToken)
    {
        await ShowProvidersAsync(cancellationToken);
        var agreements = await RentAsync(cancellationToken);
        var (hash, uploadSeconds) = await UploadAsync(file, cancellationToken);
        await ProveAsync(agreements, cancellationToken);
        var (downloaded, downloadSeconds) = await LoseAndDownloadAsync(file, hash, cancellationToken);
        await LiveOnAsync(agreements, cancellationToken);
        var providers = await SettleAsync(agreements, cancellationToken);
        var balances = await BalanceAsync(providers, cancellationToken);
        return new DemoReport
        {
            Succeeded = narrator.Claims.All(claim => claim.Holds),
            Seconds = narrator.Elapsed.TotalSeconds,
            File = file,
            FileBytes = new FileInfo(file).Length,
            Sha256 = hash,
            DownloadedSha256 = downloaded,
            UploadSeconds = uploadSeconds,
            DownloadSeconds = downloadSeconds,
            Coding = "small: any 4 of 12",
            Chain = network.Chain.Url,
            StorageAgreements = Market.Agreements.Address,
            Consumer = consumer.Wallet.Address,
            Epochs = epochs.All,
            Providers = providers,
            Balances = balances,
            Claims = narrator.Claims,
        };
    }

    async Task ShowProvidersAsync(CancellationToken cancellationToken)
    {
        narrator.Say($"{network.Nodes.Count} providers run as processes of their own, each on its own network address; the consumer's data will leave this process encrypted.");
        var stakes = await Market.Stakes.GetManyAsync([.. network.Nodes.Select(node => node.Owner)], default, cancellationToken);
        var expected = TokenAmount.FromTokens((ulong)network.Plan.StakeTokens);
        narrator.Claim(
            "Every provider is registered, has staked and has listed its space",
            stakes.All(stake => stake.Staked == expected) && await Market.Listings.CountAsync(default, cancellationToken) == (ulong)network.Nodes.Count,
            $"{stakes.Count} x {expected.Space()} at stake");
    }

    async Task<IReadOnlyList<AgreementInfo>> RentAsync(CancellationToken cancellationToken)
    {
        narrator.Chapter("Rent from 12 providers");
        var (quote, transactions) = await consumer.RentAsync(network.Nodes.Count, Term, cancellationToken);
        var agreements = await Market.Agreements.GetManyAsync(consumer.Agreements, default, cancellationToken);
        var held = await Market.Escrow.GetTotalHeldAsync(default, cancellationToken);
        narrator.Say($"1 GiB at each for {Term} epochs of {network.Plan.EpochSeconds} s, payable from epoch {agreements[0].Start} to {agreements[0].End.Value - 1}.");
        narrator.Claim(
            "Twelve agreements were opened and paid into escrow by one transaction",
            transactions == 1 && agreements.Count == network.Nodes.Count && agreements.All(agreement => agreement.State == AgreementState.Active)
                && held == quote.Deposit,
            $"{held.Space()} in escrow");
        return agreements;
    }

    async Task<(string Hash, double Seconds)> UploadAsync(string file, CancellationToken cancellationToken)
    {
        narrator.Chapter("Upload");
        var length = new FileInfo(file).Length;
        narrator.Say($"{file}, {length / 1048576.0:F1} MiB: encrypted, coded 4-of-12, masked; each fragment goes to another provider.");
        await using var content = File.OpenRead(file);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        var before = await consumer.CountTransactionsAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var result = await narrator.WithBarAsync("Uploading", bar => consumer.PutAsync(file, bar, cancellationToken));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var sent = await consumer.CountTransactionsAsync(cancellationToken) - before;
        if (result is UploadResult.Refused refused)
            throw new CommandRefusal("upload-failed", refused.Refusal.Message);
        narrator.Claim(
            "All providers countersigned their fragments, without a single transaction",
            result is UploadResult.Stored { Coding.TotalFragments: 12 } && sent == 0,
            $"{seconds:F1} s, {length / 1048576.0 / seconds:F0} MiB/s, {sent} transactions");
        return (hash, seconds);
    }

    async Task ProveAsync(IReadOnlyList<AgreementInfo> agreements, CancellationToken cancellationToken)
    {
        narrator.Chapter("Prove");
        var start = agreements[0].Start;
        narrator.Say("Each epoch every provider answers 8 random challenges over all that it stores, in one transaction.");
        for (var epoch = start; epoch < start + EpochsBeforeTheLoss; epoch += 1)
            await epochs.WatchAsync(epoch, network.Nodes, cancellationToken);
        var proven = epochs.All.Where(epoch => epoch.IsSealed).ToList();
        narrator.Claim(
            "Every provider proved every epoch so far",
            proven.Count > 0 && proven.All(epoch => epoch.Proven == network.Nodes.Count),
            string.Join(", ", proven.Select(epoch => $"{epoch.Proven}/{epoch.Alive}")));
    }

    async Task<(string Hash, double Seconds)> LoseAndDownloadAsync(string file, string hash, CancellationToken cancellationToken)
    {
        narrator.Chapter("Kill 8 of 12 providers, and get the file back");
        foreach (var node in Dead)
            node.Kill();
        narrator.Say($"Killed with SIGKILL: {string.Join(", ", Dead.Select(node => node.Name))}.");
        var copy = Path.Combine(network.Plan.Folder, "copy.bin");
        var started = Stopwatch.GetTimestamp();
        var result = await narrator.WithBarAsync("Downloading", bar => consumer.GetAsync(copy, bar, cancellationToken));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (result is DownloadResult.Incomplete incomplete)
            narrator.Say(incomplete.Message);
        var downloaded = "";
        if (File.Exists(copy))
        {
            await using var content = File.OpenRead(copy);
            downloaded = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        }
        narrator.Claim(
            "The file that came back from the other four is the same", downloaded == hash,
            $"SHA-256 {(downloaded == hash ? hash[..16] + "... both times" : "differs")}, {new FileInfo(file).Length / 1048576.0 / seconds:F0} MiB/s");
        return (downloaded, seconds);
    }

    async Task LiveOnAsync(IReadOnlyList<AgreementInfo> agreements, CancellationToken cancellationToken)
    {
        narrator.Chapter("The rest of the term");
        for (var epoch = agreements[0].Start + EpochsBeforeTheLoss; epoch < agreements[0].End; epoch += 1)
            await epochs.WatchAsync(epoch, Alive, cancellationToken);
        var rest = epochs.All.Skip((int)EpochsBeforeTheLoss).Where(epoch => epoch.IsSealed).ToList();
        narrator.Claim(
            "The living proved on, the dead did not",
            rest.Count > 0 && rest.All(epoch => epoch.Proven == Alive.Count),
            string.Join(", ", rest.Select(epoch => $"{epoch.Proven}/{epoch.Alive}")));
    }

    async Task<IReadOnlyList<DemoProvider>> SettleAsync(IReadOnlyList<AgreementInfo> agreements, CancellationToken cancellationToken)
    {
        narrator.Chapter("Settle");
        narrator.Say("The living settle by themselves: each shows its agreement in a checkpoint that the next seed draws.");
        var deadOwners = Dead.Select(node => node.Owner).ToHashSet();
        var lost = agreements.Where(agreement => deadOwners.Contains(agreement.Provider)).Select(agreement => agreement.Id).ToList();
        var end = agreements[0].End + agreements[0].SettlementGrace + 1;
        await epochs.WaitForAsync(end, cancellationToken);
        await consumer.CloseAsync(lost, [.. deadOwners], cancellationToken);
        narrator.Say("The consumer closed the agreements of the dead, whose time to settle was over.");
        foreach (var node in Alive)
            await node.WithdrawAsync(network.Chain, cancellationToken);
        await consumer.WithdrawAsync(cancellationToken);
        var compensated = await consumer.ClaimCompensationAsync(lost, cancellationToken);
        narrator.Say("It claimed its part of what the dead were slashed; anybody may send the treasury the rest.");

        var providers = await new DemoOutcome(network, Market).ReadAsync(consumer.Agreements, deadOwners, compensated, cancellationToken);
        narrator.Show(DemoTables.OfProviders(providers));
        var rate = agreements[0].Price * agreements[0].Space.Value;
        var (dead, living) = (providers.Where(provider => provider.Killed).ToList(), providers.Where(provider => !provider.Killed).ToList());
        narrator.Claim(
            "The living were paid for exactly the epochs that they proved",
            living.All(provider => provider.Paid == rate * provider.ProvenEpochs && provider.ProvenEpochs > 0),
            $"{rate.Space()} an epoch");
        narrator.Claim("Nobody who lived was slashed", living.All(provider => provider.Slashed == TokenAmount.Zero), $"{living.Count} providers");
        narrator.Claim("The dead were paid nothing more", dead.All(provider => provider.Paid == TokenAmount.Zero), $"{dead.Count} providers");
        narrator.Claim(
            "The dead were slashed, and nobody had to report them", dead.All(provider => provider.Slashed > TokenAmount.Zero),
            $"{dead[0].Slashed.Space()} each for {dead[0].MissedEpochs} missed epochs, the first of them forgiven");
        var share = (await Market.Parameters.GetAsync(default, cancellationToken)).CompensationBps;
        narrator.Claim(
            "The consumer was compensated out of what the dead lost",
            dead.All(provider => provider.Compensated == new TokenAmount(provider.Slashed.Value * share / 10_000))
                && living.All(provider => provider.Compensated == TokenAmount.Zero),
            $"{Sum(dead.Select(provider => provider.Compensated)).Space()}, {share / 100} % of the slashes");
        narrator.Claim(
            "What was not earned came back to the consumer",
            providers.All(provider => provider.Paid + provider.Refunded == provider.Deposited),
            $"{Sum(providers.Select(provider => provider.Refunded)).Space()} of {Sum(providers.Select(provider => provider.Deposited)).Space()}");
        return providers;
    }

    async Task<DemoBalances> BalanceAsync(IReadOnlyList<DemoProvider> providers, CancellationToken cancellationToken)
    {
        narrator.Chapter("Balance");
        var sheet = await new MarketAuditor(Market).ReadAsync(cancellationToken);
        var owners = network.Nodes.Select(node => node.Owner).ToHashSet();
        TokenAmount InHand(Func<Address, bool> whose) => Sum(sheet.Accounts.Where(account => whose(account.Account)).Select(account => account.InHand));
        var balances = new DemoBalances(
            sheet.TotalSupply, InHand(account => account == consumer.Wallet.Address), InHand(owners.Contains), sheet.Vault.Balance,
            InHand(account => account == sheet.Treasury), sheet.Escrow.Held, sheet.Escrow.Withdrawable,
            InHand(account => account == network.Chain.Sender.Address), sheet.Discrepancies);
        narrator.Show(DemoTables.OfBalances(balances));
        var sum = balances.Consumer + balances.Providers + balances.Staked + balances.Treasury + balances.EscrowHeld + balances.EscrowWithdrawable
            + balances.NeverHandedOut;
        narrator.Claim("Every token is accounted for, by state and by events", sheet.IsBalanced && sum == sheet.TotalSupply, $"{sum.Space()} in all");
        var compensated = Sum(providers.Select(provider => provider.Compensated));
        var spent = TokenAmount.FromTokens((ulong)network.Plan.ConsumerTokens) + compensated - balances.Consumer;
        var paid = Sum(providers.Select(provider => provider.Paid));
        narrator.Claim("The consumer paid for proven epochs and nothing else", spent == paid && balances.EscrowHeld == TokenAmount.Zero, spent.Space());
        narrator.Claim(
            "What the dead lost, and their consumer was not given, is in the treasury",
            balances.Treasury + compensated == Sum(providers.Select(provider => provider.Slashed)), balances.Treasury.Space());
        return balances;
    }

    static TokenAmount Sum(IEnumerable<TokenAmount> amounts) => amounts.Aggregate(TokenAmount.Zero, (sum, amount) => sum + amount);
}
