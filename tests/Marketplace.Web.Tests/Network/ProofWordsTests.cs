using Marketplace.Application.Live;
using Marketplace.Core.Primitives;
using Marketplace.Web.Network;

namespace Marketplace.Web.Tests.Network;

public sealed class ProofWordsTests
{
    static readonly EpochProofs Open = new(new Epoch(9), 3, 1, IsOpen: true);

    [Theory]
    [InlineData(11, 1, "11 of 12", "11 of 12 providers that had to prove epoch 8 did.")]
    [InlineData(0, 1, "0 of 1", "0 of 1 provider that had to prove epoch 8 did.")]
    [InlineData(0, 0, "nobody had to", "Nobody had to prove epoch 8.")]
    public void EpochThatIsOver_IsSoManyOfThoseThatHadTo(int proven, int missed, string words, string sentence)
    {
        var over = new EpochProofs(new Epoch(8), proven, missed, IsOpen: false);
        Assert.Equal((words, sentence), (ProofWords.Of(over), ProofWords.Of([over, Open])));
    }

    [Fact]
    public void EpochThatRuns_SaysHowManyUntilNow() => Assert.Equal(("3 so far", "No epoch is over yet."), (ProofWords.Of(Open), ProofWords.Of([Open])));
}
