namespace Marketplace.Core.Cryptography.ManyLanes;

/// <summary>FIPS 180-4, sections 4.2.2 and 5.3.3.</summary>
internal static class Sha256Constants
{
    public const int Rounds = 64;

    public static ReadOnlySpan<uint> RoundKeys =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    public static ReadOnlySpan<uint> InitialState =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>
    /// The shuffle that turns each word of 16 bytes around, its lower and its upper half. As numbers, of which the JIT makes a constant of any
    /// width in any context; a vector that is widened it put together anew for every use, which cost a fifth of all hashing.
    /// </summary>
    public const ulong SwapLow = 0x04050607_00010203, SwapHigh = 0x0C0D0E0F_08090A0B;

    /// <summary>
    /// What the rounds add when the block is the same for all messages: the round keys plus the words of the message schedule, which then
    /// need not be computed for each.
    /// </summary>
    /// <param name="block">Its 16 words.</param>
    public static uint[] RoundKeysFor(ReadOnlySpan<uint> block)
    {
        var words = new uint[Rounds];
        block.CopyTo(words);
        for (var i = block.Length; i < Rounds; i++)
        {
            uint before2 = words[i - 2], before15 = words[i - 15];
            var sigma1 = uint.RotateRight(before2, 17) ^ uint.RotateRight(before2, 19) ^ (before2 >> 10);
            var sigma0 = uint.RotateRight(before15, 7) ^ uint.RotateRight(before15, 18) ^ (before15 >> 3);
            words[i] = sigma1 + words[i - 7] + sigma0 + words[i - 16];
        }
        for (var i = 0; i < Rounds; i++)
            words[i] += RoundKeys[i];
        return words;
    }
}
