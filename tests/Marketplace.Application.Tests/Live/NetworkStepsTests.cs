using Marketplace.Application.Live;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Tests.Live;

public sealed class NetworkStepsTests
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(400, 7, 1, 394, 7)]
    [InlineData(400, 30, 1, 371, 30)]
    [InlineData(400, 90, 1, 311, 90)]
    [InlineData(400, int.MaxValue, 5, 0, 81)]
    [InlineData(3, 30, 1, 0, 4)]
    [InlineData(0, 7, 1, 0, 1)]
    [InlineData(89, int.MaxValue, 1, 0, 90)]
    [InlineData(90, int.MaxValue, 2, 0, 46)]
    public void Time_IsToldInStepsThatAChartCanShow(ulong now, int days, ulong step, ulong first, int count)
    {
        var found = NetworkSteps.Of(new Epoch(now), Day, days == int.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromDays(days));
        Assert.Equal((step, new Epoch(first), count), (found.Step, found.Epochs[0], found.Epochs.Count));
        Assert.True(found.Epochs[^1] <= new Epoch(now) && found.Epochs[^1] + step > new Epoch(now));
    }

    [Fact]
    public void ShortEpochs_AreToldTogether()
    {
        var found = NetworkSteps.Of(new Epoch(100_000), TimeSpan.FromSeconds(15), TimeSpan.FromDays(7));
        Assert.Equal((448ul, 59_584ul), (found.Step, found.Epochs[0].Value));
        Assert.Equal(91, found.Epochs.Count);
        Assert.Equal(found.Epochs[^1], NetworkSteps.Of(new Epoch(100_001), TimeSpan.FromSeconds(15), TimeSpan.FromDays(7)).Epochs[^1]);
    }
}
