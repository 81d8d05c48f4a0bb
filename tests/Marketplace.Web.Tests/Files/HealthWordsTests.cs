using Marketplace.Application.Objects;
using Marketplace.Client.Transport;
using Marketplace.Web.Files;

namespace Marketplace.Web.Tests.Files;

/// <summary>Of files of which any 4 of 12 fragments are enough, and 8 are so few that they should be stored again.</summary>
public sealed class HealthWordsTests
{
    [Theory]
    [InlineData(12, 0, "12 of 12 proven", "12 of 12 proven", "")]
    [InlineData(12, 12, "not proven yet", "not proven yet", "")]
    [InlineData(12, 1, "not all proven yet", "not all proven yet", "")]
    [InlineData(11, 0, "11 of 12 left", "11 of 12 left, 7 to spare", "is-endangered")]
    [InlineData(9, 9, "9 of 12 left", "9 of 12 left, 5 to spare", "is-endangered")]
    [InlineData(7, 0, "7 of 12 left", "7 of 12 left, 3 to spare", "is-endangered")]
    [InlineData(6, 0, "6 of 12 left", "6 of 12 left, 2 to spare", "is-grave")]
    [InlineData(4, 0, "4 of 12 left", "4 of 12 left, none to spare", "is-grave")]
    [InlineData(3, 0, "3 of 12 left", "3 of 12 left, 4 needed", "is-grave")]
    public void Fragments_AreCounted_AndHowManyAreToSpare(int left, int unproven, string row, string inFull, string tone)
    {
        var health = Left(left, unproven);
        Assert.Equal((row, inFull, tone), (HealthWords.Of(health), HealthWords.InFull(health), HealthWords.ToneOf(health)));
    }

    [Theory]
    [InlineData(1, "1 needs attention")]
    [InlineData(12_345, "12\u202F345 need attention")]
    public void Folder_SaysHowManyNeedAttention(int files, string row) => Assert.Equal(row, HealthWords.OfFolder(new EndangeredFiles(files, Left(11, 0))));

    [Fact]
    public void WhatIsNotKnown_IsNotSaidToBeThere() => Assert.Equal(("not known", ""), (HealthWords.Of(null), HealthWords.ToneOf(null)));

    [Theory]
    [InlineData(1, 9, "1 file has 9 of 12 fragments left, and can lose 5 more fragments.", "Fragments of files are missing.")]
    [InlineData(3, 5, "3 files have 5 of 12 fragments left, and can lose 1 more fragment.", "Files are close to being lost.")]
    [InlineData(3, 4, "3 files have 4 of 12 fragments left, and none to spare: if one more is lost, they are gone.", "Files are close to being lost.")]
    [InlineData(1, 4, "1 file has 4 of 12 fragments left, and none to spare: if one more is lost, it is gone.", "Files are close to being lost.")]
    [InlineData(1, 3, "1 file has 3 of 12 fragments left and cannot be read: it takes 4.", "Files cannot be read now.")]
    public void Notice_SaysHowNearToTheirLossFilesAre(int files, int left, string sentence, string title) => Assert.Equal(
        (sentence, title), (HealthWords.SentenceOf(new EndangeredFiles(files, Left(left, 0))), HealthWords.TitleOf(Left(left, 0))));

    [Theory]
    [InlineData(FailureKind.Unreachable, "does not answer")]
    [InlineData(FailureKind.Stalled, "does not answer")]
    [InlineData(FailureKind.WrongKey, "another machine answers in its place")]
    [InlineData(FailureKind.Lied, "shows something else")]
    [InlineData(FailureKind.Refused, "refuses to show it")]
    public void Failure_IsSaidWithoutItsTechnicalReason(FailureKind kind, string words) =>
        Assert.Equal(words, PlaceWords.FailureOf(new ProviderFailure(kind, "Connection refused (127.0.7.1:19550)")));

    static FileHealth Left(int left, int unproven) => new(12, 4, 8, left, unproven);
}
