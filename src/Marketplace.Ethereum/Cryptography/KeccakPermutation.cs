namespace Marketplace.Ethereum.Cryptography;

/// <summary>
/// The permutation Keccak-f[1600] (FIPS 202, section 3). Compiled into the ABI generator too, hence the old language level.
/// </summary>
internal static class KeccakPermutation
{
    /// <summary>The rate of Keccak-256 in bytes.</summary>
    internal const int Rate = 136;

    static readonly ulong[] RoundConstants =
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    static readonly int[] Rotations = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    static readonly int[] Lanes = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    /// <param name="a">The 25 lanes, permuted in place.</param>
    internal static void Permute(Span<ulong> a)
    {
        foreach (var constant in RoundConstants)
        {
            Theta(a);
            RhoAndPi(a);
            Chi(a);
            a[0] ^= constant;
        }
    }

    static void Theta(Span<ulong> a)
    {
        var c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
        var c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
        var c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
        var c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
        var c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
        var d0 = c4 ^ RotateLeft(c1, 1);
        var d1 = c0 ^ RotateLeft(c2, 1);
        var d2 = c1 ^ RotateLeft(c3, 1);
        var d3 = c2 ^ RotateLeft(c4, 1);
        var d4 = c3 ^ RotateLeft(c0, 1);
        for (var y = 0; y < 25; y += 5)
        {
            a[y] ^= d0;
            a[y + 1] ^= d1;
            a[y + 2] ^= d2;
            a[y + 3] ^= d3;
            a[y + 4] ^= d4;
        }
    }

    static void RhoAndPi(Span<ulong> a)
    {
        var moving = a[1];
        for (var i = 0; i < 24; i++)
        {
            var lane = Lanes[i];
            (a[lane], moving) = (RotateLeft(moving, Rotations[i]), a[lane]);
        }
    }

    static void Chi(Span<ulong> a)
    {
        for (var y = 0; y < 25; y += 5)
        {
            ulong a0 = a[y], a1 = a[y + 1], a2 = a[y + 2], a3 = a[y + 3], a4 = a[y + 4];
            a[y] = a0 ^ (~a1 & a2);
            a[y + 1] = a1 ^ (~a2 & a3);
            a[y + 2] = a2 ^ (~a3 & a4);
            a[y + 3] = a3 ^ (~a4 & a0);
            a[y + 4] = a4 ^ (~a0 & a1);
        }
    }

    static ulong RotateLeft(ulong value, int count) => (value << count) | (value >> (64 - count));
}
