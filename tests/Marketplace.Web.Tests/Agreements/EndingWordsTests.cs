using Marketplace.Client.Watching;
using Marketplace.Web.Agreements;

namespace Marketplace.Web.Tests.Agreements;

public sealed class EndingWordsTests
{
    [Theory]
    [InlineData(12, 11, "12 files then have 11 of 12 fragments; any 4 bring them back.")]
    [InlineData(1, 11, "1 file then has 11 of 12 fragments; any 4 bring it back.")]
    [InlineData(2, 8, "2 files then have 8 of 12 fragments; any 4 bring them back. Store them again before more are lost.")]
    [InlineData(1, 4, "1 file then has 4 of 12 fragments; any 4 bring it back. Store it again before more are lost.")]
    [InlineData(1, 3, "1 file cannot be brought back then: it has 3 of 12 fragments, and it takes 4. Download it or store it again before.")]
    [InlineData(1_000, 0, "1\u202F000 files cannot be brought back then: they have 0 of 12 fragments, and it takes 4. Download them or store them again before.")]
    public void Files_AreSaidToBeSafe_AtRisk_OrLost(int files, int left, string words) =>
        Assert.Equal(words, EndingWords.FilesOf(new ThinnedObjects(files, left, Total: 12, Needed: 4, RepairAt: 8)));
}
