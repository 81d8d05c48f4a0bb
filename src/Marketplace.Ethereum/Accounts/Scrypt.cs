using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Marketplace.Ethereum.Accounts;

/// <summary>
/// scrypt (RFC 7914), the platform having none. The library's own refuses N >= 2^16 with r = 1, as the RFC does, but keystores of other
/// Ethereum software, and the
/// format's own test vector, use just that.
/// </summary>
public static class Scrypt
{
    const int BlockWords = 16;
    const int BlockRows = 4;

    /// <summary>A key out of a passphrase.</summary>
    /// <param name="passphrase">The caller erases it.</param>
    /// <param name="salt">Any.</param>
    /// <param name="cost">Must be acceptable; takes 128·N·r bytes of memory.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cost is not acceptable.</exception>
    public static byte[] Derive(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, ScryptCost cost, int length)
    {
        if (!cost.IsAcceptable)
            throw new ArgumentOutOfRangeException(nameof(cost), cost, "scrypt's parameters are senseless or too expensive.");
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("scrypt's words are little-endian.");
        var block = 128 * cost.R;
        var mixed = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, 1, HashAlgorithmName.SHA256, block * cost.P);
        using var memory = new ScryptMemory(cost.N * (block / sizeof(uint)));
        try
        {
            for (var pass = 0; pass < cost.P; pass++)
                Mix(MemoryMarshal.Cast<byte, uint>(mixed.AsSpan(pass * block, block)), memory.Words, cost.N);
            return Rfc2898DeriveBytes.Pbkdf2(passphrase, mixed, 1, HashAlgorithmName.SHA256, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(mixed);
        }
    }

    /// <summary>scryptROMix: fills the memory with a chain of blocks, then walks it in an order that depends on them.</summary>
    /// <remarks>Compiled for this processor at once, as what it calls: code that was compiled ahead of time has no vectors, and would be done before it is replaced.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Mix(Span<uint> block, Span<uint> memory, int n)
    {
        Permute(block, 5);
        var x = MemoryMarshal.Cast<uint, Vector128<uint>>(block);
        var rows = MemoryMarshal.Cast<uint, Vector128<uint>>(memory);
        var y = new Vector128<uint>[x.Length];
        for (var i = 0; i < n; i++)
        {
            x.CopyTo(rows.Slice(i * x.Length, x.Length));
            MixBlocks(x, y);
        }
        for (var i = 0; i < n; i++)
        {
            var chosen = rows.Slice((int)(x[^BlockRows].ToScalar() & (uint)(n - 1)) * x.Length, x.Length);
            for (var row = 0; row < x.Length; row++)
                x[row] ^= chosen[row];
            MixBlocks(x, y);
        }
        Permute(block, 13);
        Array.Clear(y);
    }

    /// <summary>
    /// Reorders each 16 words so that a column or row step of Salsa20 works on whole vectors: word i comes from word i·step mod 16. Steps 5
    /// and 13 undo each other.
    /// </summary>
    static void Permute(Span<uint> words, int step)
    {
        Span<uint> old = stackalloc uint[BlockWords];
        for (var start = 0; start < words.Length; start += BlockWords)
        {
            words.Slice(start, BlockWords).CopyTo(old);
            for (var i = 0; i < BlockWords; i++)
                words[start + i] = old[i * step % BlockWords];
        }
    }

    /// <summary>scryptBlockMix, in place: even results go to the first half, odd ones to the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void MixBlocks(Span<Vector128<uint>> x, Span<Vector128<uint>> y)
    {
        var half = x.Length / 2;
        var (a, b, c, d) = (x[^4], x[^3], x[^2], x[^1]);
        for (var i = 0; i < x.Length; i += BlockRows)
        {
            (a, b, c, d) = (a ^ x[i], b ^ x[i + 1], c ^ x[i + 2], d ^ x[i + 3]);
            Salsa8(ref a, ref b, ref c, ref d);
            var target = i / 2 / BlockRows * BlockRows + (i / BlockRows % 2 == 0 ? 0 : half);
            (y[target], y[target + 1], y[target + 2], y[target + 3]) = (a, b, c, d);
        }
        y.CopyTo(x);
    }

    /// <summary>Salsa20/8 on the reordered words: four double rounds, columns then rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Salsa8(ref Vector128<uint> first, ref Vector128<uint> second, ref Vector128<uint> third, ref Vector128<uint> fourth)
    {
        var (a, b, c, d) = (first, second, third, fourth);
        for (var round = 0; round < 4; round++)
        {
            Steps(ref a, ref b, ref c, ref d);
            (b, c, d) = (Vector128.Shuffle(b, BackOne), Vector128.Shuffle(c, ByTwo), Vector128.Shuffle(d, OnOne));
            Steps(ref a, ref d, ref c, ref b);
            (b, c, d) = (Vector128.Shuffle(b, OnOne), Vector128.Shuffle(c, ByTwo), Vector128.Shuffle(d, BackOne));
        }
        (first, second, third, fourth) = (first + a, second + b, third + c, fourth + d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Steps(ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d)
    {
        var sum = a + d;
        b ^= (sum << 7) | (sum >>> 25);
        sum = b + a;
        c ^= (sum << 9) | (sum >>> 23);
        sum = c + b;
        d ^= (sum << 13) | (sum >>> 19);
        sum = d + c;
        a ^= (sum << 18) | (sum >>> 14);
    }

    static Vector128<uint> BackOne => Vector128.Create(3u, 0, 1, 2);

    static Vector128<uint> ByTwo => Vector128.Create(2u, 3, 0, 1);

    static Vector128<uint> OnOne => Vector128.Create(1u, 2, 3, 0);
}
