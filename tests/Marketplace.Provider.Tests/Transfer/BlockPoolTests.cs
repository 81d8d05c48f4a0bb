using Marketplace.Provider.Transfer;

namespace Marketplace.Provider.Tests.Transfer;

public sealed class BlockPoolTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(64 << 10)]
    public void Rent_OfAnyLengthThatABlockHas_GivesAWholeBlock(int length)
    {
        using var pool = new BlockPool();
        using var block = pool.Rent(length);

        block.Memory.Span.Fill(7);

        Assert.Equal(64 << 10, block.Memory.Length);
        Assert.Equal(64 << 10, pool.MaxBufferSize);
    }

    [Fact]
    public void Rent_OfMoreThanABlock_IsRefused()
    {
        using var pool = new BlockPool();

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent((64 << 10) + 1));
    }

    [Fact]
    public void Dispose_OfABlockTwice_GivesItBackOnce()
    {
        using var pool = new BlockPool();
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();

        using var one = pool.Rent();
        using var other = pool.Rent();

        Assert.Same(block, one);
        Assert.NotSame(one, other);
    }

    [Fact]
    public void Return_OfMoreBlocksThanAreKept_LeavesTheRestToTheCollector()
    {
        using var pool = new BlockPool();
        var blocks = Enumerable.Range(0, 520).Select(_ => pool.Rent()).ToList();
        blocks.ForEach(block => block.Dispose());

        var again = Enumerable.Range(0, 520).Select(_ => pool.Rent()).ToList();

        Assert.Equal(512, again.Count(block => blocks.Contains(block)));
        Assert.Equal(520, again.Distinct().Count());
        again.ForEach(block => block.Dispose());
    }

    [Fact]
    public void Return_AfterThePoolIsOver_KeepsNothing()
    {
        var pool = new BlockPool();
        var block = pool.Rent();
        pool.Dispose();
        block.Dispose();

        Assert.NotSame(block, pool.Rent());
    }
}
