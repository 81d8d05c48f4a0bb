using Marketplace.Core.Coding;

namespace Marketplace.Core.Tests.Coding;

public sealed class GaloisField256Tests
{
    /// <summary>Multiplication by hand: shift and add, then reduce.</summary>
    static byte SlowProduct(byte left, byte right)
    {
        int product = 0, shifted = left;
        for (var bit = 0; bit < 8; bit++)
        {
            if ((right >> bit & 1) == 1)
                product ^= shifted;
            shifted <<= 1;
            if (shifted > 255)
                shifted ^= 0x11D;
        }
        return (byte)product;
    }

    [Fact]
    public void Products_EqualThoseByHand()
    {
        for (var left = 0; left < 256; left++)
            for (var right = 0; right < 256; right++)
                Assert.Equal(SlowProduct((byte)left, (byte)right), GaloisField256.Multiply((byte)left, (byte)right));
    }

    [Fact]
    public void EveryElementButZero_HasAnInverse()
    {
        for (var element = 1; element < 256; element++)
            Assert.Equal(1, GaloisField256.Multiply((byte)element, GaloisField256.Inverse((byte)element)));
        Assert.Throws<DivideByZeroException>(() => GaloisField256.Inverse(0));
    }
}
