using Marketplace.Application.Live;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Tests.Live;

public sealed class SpaceReplayTests
{
    [Fact]
    public void EachPoint_IsAsTheChainHadItAtTheEnd_AndNothingBeforeTheFirst()
    {
        IReadOnlyList<Epoch> epochs = [new(4), new(6), new(8), new(10)];

        var points = SpaceReplay.Run([(12, new GiB(5)), (19, new GiB(9)), (20, new GiB(4)), (45, new GiB(0))], [(20, 1024), (44, 4096)], epochs, [10, 20, 30, 40]);

        Assert.Equal([new(new Epoch(4), new GiB(9), 0), new(new Epoch(6), new GiB(4), 1024), new(new Epoch(8), new GiB(4), 1024), new(new Epoch(10), new GiB(0), 4096)], points);
    }

    [Fact]
    public void WhatCameBefore_IsThereAtTheFirstPoint() =>
        Assert.Equal([new SpacePoint(new Epoch(7), new GiB(3), 2048)], SpaceReplay.Run([(1, new GiB(3))], [(2, 2048)], [new Epoch(7)], [10]));
}
