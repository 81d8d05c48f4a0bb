using System.Text.Json.Nodes;
using Marketplace.Chain.Outbox;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Chain.Tests.Outbox;

/// <summary>An outbox over a chain that mines only when it is told to.</summary>
sealed class OutboxFixture : IAsyncDisposable
{
    readonly AnvilProcess anvil;
    readonly RpcHttpConnection connection;
    readonly TemporaryDatabase database = new();
    readonly LocalSigner signer = new(new PrivateKey(Convert.FromHexString(AnvilProcess.PrivateKeys[0])));

    OutboxFixture(AnvilProcess anvil)
    {
        this.anvil = anvil;
        connection = new RpcHttpConnection(RpcEndpoint.Parse(anvil.Url), new RpcConnectionOptions(), TimeProvider.System);
        Direct = new EthereumClient(connection);
        Faulty = new FaultyConnection(connection);
        Restart();
    }

    public EthereumClient Direct { get; }

    public FaultyConnection Faulty { get; }

    public TransactionOutbox Outbox { get; private set; } = null!;

    public OutboxDispatcher Dispatcher { get; private set; } = null!;

    public ShiftedTime Time { get; } = new();

    public OutboxOptions Options { get; set; } = new() { ChainId = AnvilProcess.ChainId, Confirmations = 2,
        RaiseFeesAfter = TimeSpan.FromMinutes(1) };

    public Address Account => signer.Address;

    public static async Task<OutboxFixture> StartAsync() => new(await AnvilProcess.StartAsync("--no-mining"));

    /// <summary>What a new process would see: the database and the chain.</summary>
    public void Restart()
    {
        var client = new EthereumClient(Faulty);
        Outbox = new TransactionOutbox(database.Open, signer.Address);
        Dispatcher = new OutboxDispatcher(
            Outbox, client, signer, new FeeEstimator(client, new FeeEstimatorOptions()), data => $"refused with {data.Length} bytes",
                Options, Time,
            NullLogger<OutboxDispatcher>.Instance);
    }

    public static Address Recipient(int number) => Address.Parse("0x" + (0x1000 + number).ToString("x40"));

    /// <summary>A payment: done twice, the recipient has twice as much.</summary>
    public static OutboxRequest Payment(int number) =>
        new("pay", $"pay:{number}", new TransactionRequest { To = Recipient(number), Value = Wei.One }) { IsIndependent = true };

    public Task MineAsync(int blocks = 1) => Direct.SendAsync("anvil_mine", [JsonValue.Create($"0x{blocks:x}")]);

    public Task RollbackAsync(int blocks) => Direct.SendAsync("anvil_rollback", [JsonValue.Create(blocks)]);

    public async Task<DateTimeOffset> ChainTimeAsync() => (await Direct.GetHeaderAsync(BlockTag.Latest))!.Timestamp;

    public Task<Wei> PaidAsync(int number) => Direct.GetBalanceAsync(Recipient(number));

    /// <summary>Passes and mines until nothing is open.</summary>
    public async Task DrainAsync(int limit = 30)
    {
        for (var i = 0; Outbox.ListOpen().Count > 0; i++)
        {
            Assert.True(i < limit, "The outbox does not come to an end.");
            await Dispatcher.PassAsync();
            await MineAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        signer.Dispose();
        connection.Dispose();
        database.Dispose();
        await anvil.DisposeAsync();
    }
}

/// <summary>The real clock, moved by hand.</summary>
sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
