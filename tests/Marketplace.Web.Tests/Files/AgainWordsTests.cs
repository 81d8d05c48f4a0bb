using Marketplace.Application.Transfers;
using Marketplace.Web.Files;

namespace Marketplace.Web.Tests.Files;

public sealed class AgainWordsTests
{
    [Theory]
    [InlineData(12, 0, 3, 0, 0, 0, "12 files are stored again; 3 are whole already.")]
    [InlineData(1, 1, 1, 1, 1, 1, "1 file is stored again; 1 is on its way already; 1 is whole already; 1 is left out, since nobody knows how it does; 1 is not in the vault any more; 1 more finds no place in the queue: choose it again when some are stored.")]
    [InlineData(0, 2, 0, 2, 0, 0, "No file is stored again; 2 are on their way already; 2 are left out, since nobody knows how they do.")]
    [InlineData(5000, 0, 0, 0, 2, 95000, "5\u202F000 files are stored again; 2 are not in the vault any more; 95\u202F000 more find no place in the queue: choose them again when some are stored.")]
    public void WhatBecameOfThem_IsSaidInOneSentence(int begun, int onTheWay, int whole, int unknown, int gone, int left, string words) =>
        Assert.Equal(words, AgainWords.Of(new StoringAgain([.. Enumerable.Repeat(Guid.Empty, begun)], onTheWay, gone, left), whole, unknown));

    [Fact]
    public void OfALockedVault_NothingElseIsSaid() => Assert.Equal("The vault is locked.", AgainWords.Of(new StoringAgain([], 0, 0, 0) { IsLocked = true }, 3, 0));
}
