using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Wallets;
using Microsoft.JSInterop;

namespace Marketplace.Web.Tests.Wallets;

/// <summary>What is made of a wallet that does not answer.</summary>
public sealed class WalletBridgeTests
{
    public static TheoryData<Exception> Silences => new(new TaskCanceledException(), new JSException("The answer was lost."));

    /// <summary>It may send it later, which is not the same as that it could not.</summary>
    [Theory]
    [MemberData(nameof(Silences))]
    public async Task WalletThatDoesNotAnswer_IsNotSaidToHaveFailed(Exception silence)
    {
        await using var bridge = new WalletBridge(new Page(silence));
        await bridge.StartAsync(null!);
        Assert.Equal(new WalletAnswer.Unanswered(), await bridge.SendTransactionAsync(new ChainOffer(1, "chain", null), Address.Zero, Address.Zero, default, gas: 1));
    }

    sealed class Page(Exception silence) : IJSRuntime, IJSObjectReference
    {
        public ValueTask<T> InvokeAsync<T>(string identifier, object?[]? args) => identifier switch
        {
            "import" => new((T)(object)this),
            "sendTransaction" => ValueTask.FromException<T>(silence),
            _ => new(default(T)!),
        };

        public ValueTask<T> InvokeAsync<T>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<T>(identifier, args);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
