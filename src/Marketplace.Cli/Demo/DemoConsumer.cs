using System.Security.Cryptography;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Devnet;
using Marketplace.Cli.Terminal;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Client.Keys;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Client.Uploads;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Cli.Demo;

/// <summary>The consumer of the demonstration: a wallet with tokens, a new vault, and the client that everybody uses.</summary>
internal sealed class DemoConsumer : IDisposable
{
    const int MostAttempts = 5;

    static readonly ObjectName Name = ObjectName.TryCreate("demo file", out var name, out _) ? name : throw new InvalidOperationException("The name is no name.");

    readonly DevnetHost network;
    readonly VaultKeys keys;
    readonly MarketplaceClient client;
    readonly TransactionSender sender;

    public DemoConsumer(DevnetHost network)
    {
        this.network = network;
        Wallet = KeyFiles.Open(Path.Combine(network.Plan.ConsumerHome, "wallet.json"), network.Passphrase, "the consumer's wallet");
        var vaultKey = RandomNumberGenerator.GetBytes(32);
        keys = new VaultKeys(vaultKey);
        CryptographicOperations.ZeroMemory(vaultKey);
        client = MarketplaceClient.Open(
            network.Chain.Market, keys, Path.Combine(network.Plan.ConsumerHome, "catalog.db"), new MarketplaceClientOptions(), TimeProvider.System);
        sender = ChainSession.SenderFor(network.Chain.Market.Client, network.Chain.Deployment.ChainId, Wallet, new MemoryNonceStore());
    }

    public PrivateKey Wallet { get; }

    /// <summary>The agreements that <see cref="RentAsync"/> opened.</summary>
    public IReadOnlyList<AgreementId> Agreements { get; private set; } = [];

    /// <summary>Rents a GiB from each of so many providers; returns what was agreed and how many transactions it took.</summary>
    public async Task<(RentalQuote Quote, ulong Transactions)> RentAsync(int providers, ulong term, CancellationToken cancellationToken)
    {
        var before = await CountTransactionsAsync(cancellationToken);
        var need = new Need(providers, new GiB(1), term, HighestPrice: null, DiversityRule.Standard);
        var quote = await QuoteAsync(need, cancellationToken);
        var result = await client.Rentals!.RentAsync(quote, client.DataKey, new LocalSigner(Wallet), sender, cancellationToken);
        Agreements = result is RentalResult.Opened opened
            ? opened.Agreements
            : throw new CommandRefusal("not-enough-tokens", ((RentalResult.NotEnoughTokens)result).Message);
        return (quote, await CountTransactionsAsync(cancellationToken) - before);
    }

    /// <summary>On a machine whose processors are busy with other things, providers that just started may not answer the first probes in time.</summary>
    async Task<RentalQuote> QuoteAsync(Need need, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (quote, refusal) = await client.Rentals!.Quotes.FindAsync(need, cancellationToken);
            if (quote is not null)
                return quote;
            if (attempt == MostAttempts)
                throw new CommandRefusal("too-few-providers", refusal!.Message);
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        }
    }

    /// <summary>Stores a file.</summary>
    public async Task<UploadResult> PutAsync(string file, Action<long, long> progress, CancellationToken cancellationToken)
    {
        using var source = FileUploadSource.Open(file);
        return await client.PutAsync(
            Name, source, new InlineProgress<UploadProgress>(step => progress(step.ContentBytes, step.ContentSize)), cancellationToken);
    }

    /// <summary>Gets it back.</summary>
    public async Task<DownloadResult> GetAsync(string path, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var version = client.Find(Name) ?? throw new CommandRefusal("not-found", "The catalog does not know the file.");
        using var reader = await client.OpenAsync(version, cancellationToken) ?? throw new CommandRefusal("damaged", "The file's manifest is damaged.");
        return await FileDownload.ToFileAsync(
            reader, path, new InlineProgress<DownloadProgress>(step => progress(step.Bytes, step.Total)), cancellationToken);
    }

    /// <summary>Closes agreements whose time to settle is over, and has the misses of their providers counted.</summary>
    public async Task CloseAsync(IReadOnlyList<AgreementId> agreements, IReadOnlyList<Address> providers, CancellationToken cancellationToken)
    {
        var market = network.Chain.Market;
        var pending = new List<PendingTransaction>();
        foreach (var agreement in agreements)
            pending.Add(await sender.SubmitAsync(market.Agreements.Close(agreement), $"close:{agreement}", cancellationToken));
        foreach (var provider in providers)
            pending.Add(await sender.SubmitAsync(market.Registry.SettleMisses(provider), $"misses:{provider}", cancellationToken));
        foreach (var transaction in pending)
            await sender.WaitAsync(transaction, cancellationToken);
    }

    /// <summary>
    /// Claims what slashes owe for agreements, and has the treasury sent its part; returns what each agreement's claim brought.
    /// </summary>
    public async Task<IReadOnlyDictionary<AgreementId, TokenAmount>> ClaimCompensationAsync(
        IReadOnlyList<AgreementId> agreements, CancellationToken cancellationToken)
    {
        var market = network.Chain.Market;
        var pending = new List<PendingTransaction>();
        foreach (var agreement in agreements)
            pending.Add(await sender.SubmitAsync(market.Stakes.ClaimCompensation(agreement), $"claim:{agreement}", cancellationToken));
        pending.Add(await sender.SubmitAsync(market.Stakes.Sweep(), "sweep", cancellationToken));
        var paid = new Dictionary<AgreementId, TokenAmount>();
        foreach (var transaction in pending)
        {
            if (market.Stakes.ReadCompensation(await sender.WaitAsync(transaction, cancellationToken)) is { } claim)
                paid[claim.Agreement] = claim.Amount;
        }
        return paid;
    }

    /// <summary>Takes refunds out of the escrow.</summary>
    public Task<TransactionReceipt> WithdrawAsync(CancellationToken cancellationToken) =>
        sender.SendAsync(network.Chain.Market.Escrow.Withdraw(Wallet.Address), "withdraw", cancellationToken);

    /// <summary>The transactions that the wallet has sent so far.</summary>
    public Task<ulong> CountTransactionsAsync(CancellationToken cancellationToken) =>
        network.Chain.Client.GetTransactionCountAsync(Wallet.Address, cancellationToken: cancellationToken);

    public void Dispose()
    {
        client.Dispose();
        keys.Dispose();
        Wallet.Dispose();
    }

    /// <summary>Reports at once, in order; the framework's own would use another thread for each.</summary>
    sealed class InlineProgress<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
