using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Tests.JsonRpc;

namespace Marketplace.Ethereum.Tests.Accounts;

public sealed class FeeEstimatorTests
{
    static FeeEstimator Estimator(
        string nextBaseFee, string tips = """["0x5"],["0x9"],["0x7"]""", string ratios = "0.5,0.5,0.5", FeeEstimatorOptions? options = null) =>
        new(new EthereumClient(new FakeConnection(call => call.Method switch
        {
            "eth_feeHistory" => $$"""{"oldestBlock":"0x1","baseFeePerGas":["0x1","0x1","0x1","{{nextBaseFee}}"],"gasUsedRatio":[{{ratios}}],"reward":[{{tips}}]}""",
            "eth_maxPriorityFeePerGas" => "\"0x2a\"",
            _ => null,
        })), options ?? new FeeEstimatorOptions());

    [Fact]
    public async Task Quote_OfRecentBlocks_IsTwiceTheBaseFeeAndTheMedianTip()
    {
        var quote = await Estimator("0x64").QuoteAsync();
        Assert.Equal((new Wei(100), new Wei(7), new Wei(207)), (quote.BaseFeePerGas, quote.MaxPriorityFeePerGas, quote.MaxFeePerGas));
    }

    [Fact]
    public async Task Quote_OfEmptyBlocks_TakesTheNodesSuggestion() =>
        Assert.Equal(new Wei(42), (await Estimator("0x64", """["0x0"],["0x0"],["0x0"]""", "0,0,0").QuoteAsync()).MaxPriorityFeePerGas);

    [Fact]
    public async Task Quote_NearTheCap_IsTheCap()
    {
        var quote = await Estimator("0x64", options: new FeeEstimatorOptions { MaxFeePerGas = new Wei(150) }).QuoteAsync();
        Assert.Equal(new Wei(150), quote.MaxFeePerGas);
    }

    [Theory]
    [InlineData("0x64", 100)]
    [InlineData("0xffffffffffffffffffffffffffffffff", 1_000_000)]
    public async Task Quote_AboveTheCap_IsRefused(string baseFee, ulong cap)
    {
        var fault = await Assert.ThrowsAsync<FeeCapExceededException>(() =>
            Estimator(baseFee, options: new FeeEstimatorOptions { MaxFeePerGas = new Wei(cap) }).QuoteAsync());
        Assert.Equal(new Wei(cap), fault.Cap);
    }

    [Fact]
    public async Task Quote_WithAnAbsurdTip_IsCut()
    {
        const string absurd = """["0xffffffffffffffffffffffff"],["0xffffffffffffffffffffffff"],["0xffffffffffffffffffffffff"]""";
        Assert.Equal(Wei.FromGwei(20), (await Estimator("0x64", absurd).QuoteAsync()).MaxPriorityFeePerGas);
    }
}
