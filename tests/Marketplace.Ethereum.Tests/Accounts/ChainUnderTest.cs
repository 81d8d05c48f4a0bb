using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Testing;

namespace Marketplace.Ethereum.Tests.Accounts;

/// <summary>An anvil, a client of it, and senders with short patience.</summary>
sealed class ChainUnderTest : IAsyncDisposable
{
    public static readonly Address Somebody = Address.Parse("0x00000000000000000000000000000000000a11ce");

    readonly AnvilProcess anvil;
    readonly RpcHttpConnection connection;

    ChainUnderTest(AnvilProcess anvil)
    {
        this.anvil = anvil;
        connection = new RpcHttpConnection(
            RpcEndpoint.Parse(anvil.Url),
            new RpcConnectionOptions { RetryDelay = TimeSpan.FromMilliseconds(5), Retries = 1 }, TimeProvider.System);
        Client = new EthereumClient(connection);
    }

    public EthereumClient Client { get; }

    public LocalSigner Signer { get; } = new(new PrivateKey(Convert.FromHexString(AnvilProcess.PrivateKeys[0])));

    public static async Task<ChainUnderTest> StartAsync(params string[] arguments) => new(await AnvilProcess.StartAsync(arguments));

    public static TransactionRequest Pay(ulong wei) => new() { To = Somebody, Value = new Wei(wei) };

    public NonceTracker Nonces(INonceStore? store = null) =>
        new(Client, AnvilProcess.ChainId, Signer.Address, store ?? new MemoryNonceStore(), TimeProvider.System);

    public TransactionSender Sender(
        ITransactionJournal? journal = null, INonceStore? store = null, int confirmations = 1, TimeSpan? bumpAfter = null,
        Wei? feeCap = null, EthereumClient? client = null) => new(
        client ?? Client, Signer, Nonces(store),
        new FeeEstimator(client ?? Client, new FeeEstimatorOptions { MaxFeePerGas = feeCap ?? Wei.FromGwei(500) }),
        journal ?? new MemoryTransactionJournal(),
        new TransactionSenderOptions
        {
            Confirmations = confirmations, PollInterval = TimeSpan.FromMilliseconds(20), BumpAfter = bumpAfter ?? TimeSpan.FromMinutes(1),
        },
        TimeProvider.System);

    public Task MineAsync(ulong blocks = 1) => Client.SendAsync("anvil_mine", [RpcParameters.Quantity(blocks)]);

    public Task<Wei> BalanceAsync() => Client.GetBalanceAsync(Somebody);

    /// <summary>Asks until it holds; the test's time limit is the only other end.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await condition())
            await timer.WaitForNextTickAsync(limit.Token);
    }

    /// <summary>The node ends; what is sent afterwards reaches nobody.</summary>
    public ValueTask EndAsync() => anvil.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        connection.Dispose();
        Signer.Dispose();
        await anvil.DisposeAsync();
    }
}
