using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Marketplace.Core.Cryptography.Keystreams;

/// <summary>AES-256's round keys (FIPS 197, section 5.2).</summary>
internal static class AesNiKeySchedule
{
    /// <summary>14 rounds, and the key added before them.</summary>
    public const int RoundKeys = 15;

    const int KeyWords = CounterKeystream.KeySize / sizeof(uint), WordsOfAll = RoundKeys * 4;

    /// <param name="key">32 bytes.</param>
    /// <param name="roundKeys">15; overwritten.</param>
    public static void Expand(ReadOnlySpan<byte> key, Span<Vector128<byte>> roundKeys)
    {
        Span<uint> words = stackalloc uint[WordsOfAll];
        for (var i = 0; i < KeyWords; i++)
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(i * sizeof(uint))..]);
        byte constant = 1;
        for (var i = KeyWords; i < WordsOfAll; i++)
        {
            var word = words[i - 1];
            if (i % KeyWords == 0)
            {
                word = Substitute(word, rotated: true) ^ constant;
                constant <<= 1;
            }
            else if (i % KeyWords == KeyWords / 2)
                word = Substitute(word, rotated: false);
            words[i] = words[i - KeyWords] ^ word;
        }
        for (var i = 0; i < RoundKeys; i++)
            roundKeys[i] = Vector128.Create(words[(4 * i)..]).AsByte();
        words.Clear();
    }

    /// <summary>The word's bytes through the S-box, and turned by one byte if asked for: the instruction gives both.</summary>
    static uint Substitute(uint word, bool rotated)
    {
        var both = X86Aes.KeygenAssist(Vector128.Create(0, word, 0, 0).AsByte(), 0).AsUInt32();
        return rotated ? both.GetElement(1) : both.GetElement(0);
    }
}
