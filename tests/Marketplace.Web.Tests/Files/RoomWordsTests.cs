using Marketplace.Client.Catalog;
using Marketplace.Client.Uploads;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Web.Files;

namespace Marketplace.Web.Tests.Files;

public sealed class RoomWordsTests
{
    const long Gib = 1 << 30;

    [Theory]
    [InlineData(0, 0.0, "You rent no space: nothing can be stored yet.")]
    [InlineData(9, 0.0, "Files are spread over more providers than the 9 that you rent from: 3 are missing before anything can be stored.")]
    [InlineData(12, 0.0, "0 B of 4 GiB used; 4 GiB left")]
    [InlineData(12, 0.5, "2 GiB of 4 GiB used; 2 GiB left")]
    [InlineData(12, 1.0, "4 GiB of 4 GiB used; 0 B left")]
    [InlineData(13, 0.25, "1 GiB of 4 GiB used; at least 3 GiB left")]
    public void Room_IsSaid(int providers, double used, string words)
    {
        var rented = Enumerable.Range(0, providers).Select(provider =>
        {
            var owner = new byte[20];
            owner[0] = (byte)(provider + 1);
            var id = new AgreementId((UInt128)provider);
            return new RentedAgreement(id, new Address(owner), new GiB(1), new Epoch(9), new Revision(id, 1, default, (ulong)(GiB.Leaves * used)), null, null);
        });
        Assert.Equal(words, RoomWords.Of(RentedRoom.Of(rented, new Epoch(1), new UploadOptions())).Replace('\u00A0', ' '));
    }

    [Theory]
    [InlineData(3 * Gib, 2 * Gib, Gib, 0, "3 GiB of room needed, 2 GiB left: 1 GiB missing.")]
    [InlineData(3 * Gib, 4 * Gib, 3 * Gib, 0, "3 GiB of room needed, 4 GiB left, in pieces. A file needs its room in one piece: rent 3 GiB anew, or extend a rental.")]
    [InlineData(5 * Gib, 4 * Gib, 5 * Gib, 0, "5 GiB of room needed, 4 GiB left: 1 GiB missing. A file needs its room in one piece: rent 5 GiB anew, or extend a rental.")]
    [InlineData(3 * Gib, 0, 3 * Gib, 12, "3 GiB of room needed; you rent from too few providers for any.")]
    public void WhatFilesLack_IsSaid(long needed, long left, long missing, int providers, string words) =>
        Assert.Equal(words, RoomWords.Of(new HeldRoom(needed, left, missing, providers)).Replace('\u00A0', ' '));
}
