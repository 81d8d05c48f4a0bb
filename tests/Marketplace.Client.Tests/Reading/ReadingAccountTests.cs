using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Client.Reading;
using Marketplace.Client.Tests.Network;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Abi;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;
using Microsoft.Data.Sqlite;

namespace Marketplace.Client.Tests.Reading;

/// <summary>A base unit for each byte makes amounts that are counted in bytes.</summary>
public sealed class ReadingAccountTests : IDisposable
{
    static readonly TokenAmount UnitPerByte = new((UInt128)1 << 30);

    readonly FakeNetwork network = new(12);
    readonly Consumer consumer;

    public ReadingAccountTests() => consumer = new Consumer(network);

    public void Dispose() => consumer.Dispose();

    [Fact]
    public async Task Reading_LeavesAVoucherWithEachProvider_OverWhatItGave()
    {
        await PutAsync();

        var (result, _) = await consumer.Get("file");

        Assert.IsType<DownloadResult.Complete>(result);
        var given = network.Providers.Where(provider => provider.LeavesRead > 0).ToList();
        Assert.NotEmpty(given);
        Assert.All(given, provider => Assert.Equal((UInt128)provider.LeavesRead * 1024, provider.Voucher!.Amount.Value));
        Assert.All(network.Providers.Except(given), provider => Assert.Null(provider.Voucher));
        Assert.Equal(Total(given.Select(provider => provider.Voucher!.Amount)), consumer.Account.Cost);
    }

    /// <summary>A slow machine reads from others the second time.</summary>
    [Fact]
    public async Task FurtherReading_AddsToTheVoucher()
    {
        await PutAsync();
        await consumer.Get("file");
        var first = consumer.Account.Cost;

        await consumer.Get("file");

        Assert.True(consumer.Account.Cost >= first * 2);
        Assert.All(
            network.Providers.Where(provider => provider.LeavesRead > 0),
            provider => Assert.Equal((UInt128)provider.LeavesRead * 1024, provider.Voucher!.Amount.Value));
    }

    [Fact]
    public async Task FreeReading_SignsNothing()
    {
        await PutAsync(price: TokenAmount.Zero);

        await consumer.Get("file");

        Assert.All(network.Providers, provider => Assert.Null(provider.Voucher));
        Assert.Equal(TokenAmount.Zero, consumer.Account.Cost);
    }

    /// <summary>Who sends bytes that are not the fragment's gets nothing for them.</summary>
    [Fact]
    public async Task BytesThatFailTheirCheck_AreNotPaidFor()
    {
        await PutAsync();
        var liar = network.Providers[0];
        liar.Corrupts = (_, bytes) => [.. bytes.Select(value => (byte)~value)];

        var (result, bytes) = await consumer.Get("file");

        Assert.IsType<DownloadResult.Complete>(result);
        Assert.Equal(Consumer.Content(Size), bytes);
        Assert.True(liar.LeavesRead > 0);
        Assert.Null(liar.Voucher);
    }

    [Fact]
    public async Task VoucherThatIsLost_IsMadeUpForByTheNext()
    {
        await PutAsync();
        var provider = network.Providers[0];
        provider.LosesVouchers = 1;
        await consumer.Get("file");
        Assert.Null(provider.Voucher);
        var debt = consumer.Catalog.Read(read => read.GetReadingDebt(provider.Agreement));
        Assert.Equal((TokenAmount.Zero, (UInt128)provider.LeavesRead * 1024), (debt.Promised, debt.Owed.Value));

        await consumer.Get("file");

        Assert.Equal((UInt128)provider.LeavesRead * 1024, provider.Voucher!.Amount.Value);
    }

    /// <summary>Another device with the same vault, or a catalog that was lost.</summary>
    [Fact]
    public async Task HigherVoucherThatTheVaultOnceSigned_IsAddedTo()
    {
        await PutAsync();
        var provider = network.Providers[0];
        var earlier = new EgressVoucher(provider.Agreement, new TokenAmount(1_000_000_000));
        provider.Voucher = new VoucherMessage(earlier.Amount, earlier.Sign(FakeNetwork.Domain, FakeNetwork.DataKey));

        await consumer.Get("file");

        Assert.Equal(earlier.Amount.Value + (UInt128)provider.LeavesRead * 1024, provider.Voucher!.Amount.Value);
    }

    [Fact]
    public async Task HigherVoucherThatNobodySigned_IsNotBelieved()
    {
        await PutAsync();
        var provider = network.Providers[0];
        var other = new EgressVoucher(network.Providers[1].Agreement, new TokenAmount(1_000_000_000));
        var forged = new VoucherMessage(other.Amount, other.Sign(FakeNetwork.Domain, FakeNetwork.DataKey));
        provider.Voucher = forged;

        await consumer.Get("file");

        Assert.Same(forged, provider.Voucher);
        Assert.Equal((UInt128)provider.LeavesRead * 1024, consumer.Catalog.Read(read => read.GetReadingDebt(provider.Agreement)).Owed.Value);
    }

    /// <summary>It would show each voucher back as if another had signed it, and be signed more and more for nothing.</summary>
    [Fact]
    public async Task VoucherThatIsKeptAndShownBack_IsNotAddedTo()
    {
        var provider = network.Providers[0];
        (provider.ReadingPrice, provider.DeniesVouchers) = (UnitPerByte, true);

        await ReadAsync(consumer.Account, provider, 100);
        Assert.Equal(new TokenAmount(100), provider.Voucher!.Amount);
        await ReadAsync(consumer.Account, provider, 10);

        Assert.Equal(new TokenAmount(110), provider.Voucher!.Amount);
        Assert.Equal(new TokenAmount(110), consumer.Catalog.Read(read => read.GetReadingDebt(provider.Agreement)).Owed);
    }

    /// <summary>Whatever it denies, each machine adds no more to the other's vouchers than what it reads.</summary>
    [Fact]
    public async Task TwoMachinesThatAreShownEachOthersVouchers_SignForWhatTheyReadAlone()
    {
        using var other = new Consumer(network);
        var provider = network.Providers[0];
        (provider.ReadingPrice, provider.DeniesVouchers) = (UnitPerByte, true);
        await ReadAsync(consumer.Account, provider, 1000);

        for (var round = 0; round < 3; round++)
        {
            await ReadAsync(other.Account, provider, 1);
            await ReadAsync(consumer.Account, provider, 1);
        }

        Assert.InRange(provider.Voucher!.Amount.Value, (UInt128)1000, (UInt128)1006);
    }

    /// <summary>Commands that only read run at once; the other has not been answered yet.</summary>
    [Fact]
    public async Task LaterPaymentThatArrivesFirst_PaysForBoth()
    {
        var provider = network.Providers[0];
        provider.ReadingPrice = UnitPerByte;
        provider.BeforeVoucher = () =>
        {
            var both = new EgressVoucher(
                provider.Agreement, consumer.Catalog.Write(change => change.OweForReading(provider.Agreement, new TokenAmount(50)))!.Owed);
            provider.Voucher = new VoucherMessage(both.Amount, both.Sign(FakeNetwork.Domain, FakeNetwork.DataKey));
            return Task.CompletedTask;
        };

        await ReadAsync(consumer.Account, provider, 100);

        Assert.Equal(new TokenAmount(150), provider.Voucher!.Amount);
        Assert.Equal(
            new ReadingDebt(new TokenAmount(150), new TokenAmount(150)), consumer.Catalog.Read(read => read.GetReadingDebt(provider.Agreement)));
    }

    /// <summary>The chain's endpoint answers with nonsense, or the disk is full.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PaymentThatFails_TakesNothingAway_AndIsMadeUpForByTheNext(bool isTheChain)
    {
        await PutAsync();
        if (isTheChain)
            network.PriceFault = new AbiDecodingException("nonsense");
        else
            Change("CREATE TRIGGER full BEFORE INSERT ON reading BEGIN SELECT RAISE(FAIL, 'full'); END");

        var (result, bytes) = await consumer.Get("file");

        Assert.IsType<DownloadResult.Complete>(result);
        Assert.Equal(Consumer.Content(Size), bytes);
        Assert.Equal(isTheChain ? typeof(AbiDecodingException) : typeof(SqliteException), consumer.Account.Fault?.GetType());
        Assert.All(network.Providers, provider => Assert.Null(provider.Voucher));

        network.PriceFault = null;
        Change("DROP TRIGGER IF EXISTS full");
        await consumer.Get("file");

        Assert.Null(consumer.Account.Fault);
        Assert.All(
            network.Providers.Where(provider => provider.LeavesRead > 0),
            provider => Assert.Equal((UInt128)provider.LeavesRead * 1024, provider.Voucher!.Amount.Value));
    }

    /// <summary>What is on its way to be paid is owed, also by whoever gives up.</summary>
    [Fact]
    public async Task PaymentThatIsGivenUp_IsOwed()
    {
        var provider = network.Providers[0];
        provider.ReadingPrice = UnitPerByte;
        provider.BeforeVoucher = () => Task.FromCanceled(new CancellationToken(canceled: true));

        await ReadAsync(consumer.Account, provider, 100);
        Assert.Equal(new TokenAmount(100), consumer.Catalog.Read(read => read.GetReadingDebt(provider.Agreement)).Owed);
        Assert.Null(consumer.Account.Fault);
        await ReadAsync(consumer.Account, provider, 1);

        Assert.Equal(new TokenAmount(101), provider.Voucher!.Amount);
    }

    /// <summary>Whoever answers for the chain could name any price for what the data key signs.</summary>
    [Fact]
    public async Task PriceThatWasAgreedTo_IsTheOneThatIsSignedFor_WhateverTheChainTellsLater()
    {
        var (rented, recovered) = (network.Providers[0], network.Providers[1]);
        (rented.ReadingPrice, recovered.ReadingPrice) = (UnitPerByte * 9, UnitPerByte * 2);
        consumer.Catalog.Write(change => change.NoteReadingPrice(rented.Agreement, UnitPerByte));
        await ReadAsync(consumer.Account, rented, 100);
        await ReadAsync(consumer.Account, recovered, 100);
        Assert.Equal((UInt128)100, rented.Voucher!.Amount.Value);
        Assert.Equal((UInt128)200, recovered.Voucher!.Amount.Value);

        recovered.ReadingPrice = UnitPerByte * 9;
        await ReadAsync(new ReadingAccount(consumer.Catalog, network, FakeNetwork.Domain, FakeNetwork.DataKey), recovered, 100);

        Assert.Equal((UInt128)400, recovered.Voucher!.Amount.Value);
    }

    [Fact]
    public void Price_IsThatOfTheBytes_RoundedUp_AndNoneBeyondWhatThereCanBe() => Prop.ForAll<ulong, ulong>((perGiB, bytes) =>
    {
        var exact = (BigInteger)perGiB * bytes;
        var price = (BigInteger)ReadingPrice.Of(new TokenAmount(perGiB), (UInt128)bytes)!.Value.Value;
        Assert.True(price << 30 >= exact && (price - 1) << 30 < exact);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void PriceBeyondWhatThereCanBe_IsNone()
    {
        Assert.Null(ReadingPrice.Of(new TokenAmount(UInt128.MaxValue), new GiB(2)));
        Assert.Equal(new TokenAmount(UInt128.MaxValue), ReadingPrice.Of(new TokenAmount(UInt128.MaxValue), new GiB(1)));
    }

    const int Size = 200_000;

    void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={consumer.CatalogPath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    static Task ReadAsync(ReadingAccount account, FakeProvider provider, long bytes)
    {
        account.Count(provider, bytes);
        return account.PayAsync(CancellationToken.None);
    }

    async Task PutAsync(TokenAmount? price = null)
    {
        foreach (var provider in network.Providers)
            provider.ReadingPrice = price ?? UnitPerByte;
        Assert.IsType<Client.Uploads.UploadResult.Stored>(await consumer.Put("file", Consumer.Content(Size)));
    }

    static TokenAmount Total(IEnumerable<TokenAmount> amounts) => amounts.Aggregate(TokenAmount.Zero, (sum, amount) => sum + amount);
}
