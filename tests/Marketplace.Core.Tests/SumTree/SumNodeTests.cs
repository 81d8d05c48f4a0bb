using System.Security.Cryptography;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Tests.SumTree;

public sealed class SumNodeTests
{
    static readonly Digest Left = Digest.Of("left"u8);
    static readonly Digest Right = Digest.Of("right"u8);

    [Fact]
    public void Combine_OfTwoEmpty_IsEmpty()
    {
        Assert.Equal(SumNode.Empty, SumNode.Combine(SumNode.Empty, SumNode.Empty));
        Assert.Equal(TopNode.Empty, TopNode.Combine(TopNode.Empty, TopNode.Empty));
    }

    [Fact]
    public void Combine_OfInnerNodes_HashesEightyBytes()
    {
        byte[] preimage = [.. Left.ToArray(), 0, 0, 0, 0, 0, 0, 0, 3, .. Right.ToArray(), 0, 0, 0, 0, 0, 0, 1, 0];
        Assert.Equal(new SumNode(new Digest(SHA256.HashData(preimage)), 259), SumNode.Combine(new(Left, 3), new(Right, 256)));
    }

    [Fact]
    public void Combine_OfTopNodes_HashesAHundredAndTwentyBytes()
    {
        byte[] left = [.. Left.ToArray(), 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1, .. new byte[15], 5];
        byte[] right = [.. Right.ToArray(), 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, .. new byte[14], 1, 6];
        var parent = TopNode.Combine(new(Left, 3, 1, new AgreementId(5)), new(Right, 256, 512, new AgreementId(262)));
        Assert.Equal(new TopNode(Digest.Of([.. left, .. right]), 259, 513, new AgreementId(5)), parent);
    }

    [Fact]
    public void Combine_WithNothingOnTheLeft_BeginsWithTheRight() =>
        Assert.Equal(new AgreementId(7), TopNode.Combine(TopNode.Empty, new(Right, 0, 1, new AgreementId(7))).First);

    [Theory]
    [InlineData(3, false, true)]
    [InlineData(3, true, false)]
    [InlineData(5, false, false)]
    [InlineData(5, true, false)]
    [InlineData(9, false, false)]
    [InlineData(9, true, true)]
    public void IsInOrder_OfANeighbour_HoldsOnItsOwnSideAlone(int neighbour, bool isOnTheRight, bool expected)
    {
        var path = new TopPath(isOnTheRight ? 0U : 1U, [new TopNode(Left, 1, 1, new AgreementId((ulong)neighbour))]);
        Assert.Equal(expected, path.IsInOrder(new AgreementId(5)));
    }

    [Fact]
    public void IsInOrder_NextToNothing_Holds() => Assert.True(new TopPath(1, [TopNode.Empty]).IsInOrder(new AgreementId(5)));

    [Fact]
    public void ToNode_OfAgreement_HashesFourWords()
    {
        var contents = new AgreementContents(new AgreementId(7), 9, Left, 513);
        byte[] preimage = [.. new byte[31], 7, .. new byte[31], 9, .. Left.ToArray(), .. new byte[30], 2, 1];
        Assert.Equal(new TopNode(new Digest(SHA256.HashData(preimage)), 513, 1, new AgreementId(7)), contents.ToNode());
    }

    [Fact]
    public void ToNode_OfInitialAgreement_CountsOneAndWeighsNothing()
    {
        var node = AgreementContents.Initial(new AgreementId(1)).ToNode();
        Assert.Equal((0UL, 1U, false), (node.Weight, node.Agreements, node.IsEmpty));
    }

    [Fact]
    public void Combine_WhereASumOverflows_IsAFault()
    {
        Assert.Throws<OverflowException>(() => SumNode.Combine(new(Left, ulong.MaxValue), new(Right, 1)));
        Assert.Throws<OverflowException>(() => TopNode.Combine(new(Left, 1, uint.MaxValue), new(Right, 1, 1)));
    }

    [Fact]
    public void Modulo_OfDigest_EqualsBigInteger()
    {
        foreach (var modulus in new ulong[] { 1, 2, 3, 1_000_003, 1UL << 63, ulong.MaxValue })
        {
            var number = new System.Numerics.BigInteger(Left.ToArray(), isUnsigned: true, isBigEndian: true);
            Assert.Equal((ulong)(number % modulus), Left.Modulo(modulus));
        }
    }
}
