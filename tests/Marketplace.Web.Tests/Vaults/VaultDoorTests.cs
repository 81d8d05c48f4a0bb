using Marketplace.Application.Vaults;

namespace Marketplace.Web.Tests.Vaults;

public sealed class VaultDoorTests
{
    [Fact]
    public void DrawnWords_AreAVaults_AndNoTwoAlike()
    {
        var (one, other) = (VaultDoor.DrawWords(), VaultDoor.DrawWords());

        Assert.Null(VaultDoor.WhyNot(string.Join(' ', one)));
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void WordsThatAreNone_AreToldWhatIsWrong()
    {
        var words = VaultDoor.DrawWords().ToArray();
        Assert.Equal("These are 23 words; a vault has 24.", VaultDoor.WhyNot(string.Join(' ', words[1..])));
        Assert.StartsWith("Word 3 is in no list of words.", VaultDoor.WhyNot(string.Join(' ', [.. words[..2], "qqqqq", .. words[3..]])), StringComparison.Ordinal);
        // One of 256 exchanges keeps the checksum; as many as here do not all.
        Assert.Contains(Enumerable.Range(0, words.Length - 1), at =>
        {
            string[] exchanged = [.. words];
            (exchanged[at], exchanged[at + 1]) = (exchanged[at + 1], exchanged[at]);
            return VaultDoor.WhyNot(string.Join(' ', exchanged))?.StartsWith("All words are known", StringComparison.Ordinal) == true;
        });
    }
}
