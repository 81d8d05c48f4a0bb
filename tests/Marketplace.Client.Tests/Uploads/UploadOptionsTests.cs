using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;
using Marketplace.Core.Content;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Tests.Uploads;

public sealed class UploadOptionsTests
{
    [Theory]
    [InlineData(256, 16)]
    [InlineData(96, 8)]
    [InlineData(16, 1)]
    public void SegmentSizeFor_LittleMemory_GetsSmallerUntilThreeSegmentsFit(int memory, int expected) =>
        Assert.Equal(expected << 20, new UploadOptions { MemoryBudget = (long)memory << 20 }.SegmentSizeFor(CodingScheme.Standard, 1 << 30));

    [Fact]
    public void SegmentSizeFor_LittleMemoryAndMuchContent_KeepsWithinWhatARevisionHolds()
    {
        const long length = 100L << 30;
        var size = new UploadOptions { MemoryBudget = 16 << 20 }.SegmentSizeFor(CodingScheme.Standard, length);

        Assert.True(ContentLayout.CiphertextLength(length) <= (long)TransferLimits.MaxChangesPerRevision * size);
        Assert.Equal(16 << 20, size);
    }
}
