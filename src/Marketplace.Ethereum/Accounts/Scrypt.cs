using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Marketplace.Ethereum.Accounts;

/// <summary>
/// scrypt (RFC 7914), the platform having none. The library's own refuses N >= 2^16 with r = 1, as the RFC does, but keystores of other Ethereum software, and the
/// format's own test vector, use just that.
/// </summary>
static class Scrypt
{
    const int BlockWords = 16;

    /// <param name="passphrase">The caller erases it.</param>
    /// <param name="salt">Any.</param>
    /// <param name="cost">Must be acceptable; takes 128·N·r bytes of memory.</param>
    /// <param name="length">Bytes wanted.</param>
    public static byte[] Derive(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, ScryptCost cost, int length)
    {
        if (!cost.IsAcceptable)
            throw new ArgumentOutOfRangeException(nameof(cost), cost, "scrypt's parameters are senseless or too expensive.");
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("scrypt's words are little-endian.");
        var block = 128 * cost.R;
        var mixed = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, 1, HashAlgorithmName.SHA256, block * cost.P);
        var memory = new uint[cost.N * (block / sizeof(uint))];
        try
        {
            for (var pass = 0; pass < cost.P; pass++)
                Mix(MemoryMarshal.Cast<byte, uint>(mixed.AsSpan(pass * block, block)), memory, cost.N);
            return Rfc2898DeriveBytes.Pbkdf2(passphrase, mixed, 1, HashAlgorithmName.SHA256, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(mixed);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(memory.AsSpan()));
        }
    }

    /// <summary>scryptROMix: fills the memory with a chain of blocks, then walks it in an order that depends on them.</summary>
    static void Mix(Span<uint> x, Span<uint> memory, int n)
    {
        var words = x.Length;
        var y = new uint[words];
        for (var i = 0; i < n; i++)
        {
            x.CopyTo(memory.Slice(i * words, words));
            MixBlocks(x, y);
        }
        for (var i = 0; i < n; i++)
        {
            var j = (int)(x[words - BlockWords] & (uint)(n - 1));
            Xor(x, memory.Slice(j * words, words));
            MixBlocks(x, y);
        }
        Array.Clear(y);
    }

    /// <summary>scryptBlockMix, in place: even results go to the first half, odd ones to the second.</summary>
    static void MixBlocks(Span<uint> x, Span<uint> y)
    {
        Span<uint> state = stackalloc uint[BlockWords];
        var blocks = x.Length / BlockWords;
        x[^BlockWords..].CopyTo(state);
        for (var i = 0; i < blocks; i++)
        {
            Xor(state, x.Slice(i * BlockWords, BlockWords));
            Salsa8(state);
            state.CopyTo(y.Slice((i / 2 + (i & 1) * (blocks / 2)) * BlockWords, BlockWords));
        }
        y.CopyTo(x);
    }

    static void Xor(Span<uint> target, ReadOnlySpan<uint> other)
    {
        var i = 0;
        for (; i <= target.Length - Vector<uint>.Count; i += Vector<uint>.Count)
            (new Vector<uint>(target[i..]) ^ new Vector<uint>(other[i..])).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] ^= other[i];
    }

    static void Salsa8(Span<uint> state)
    {
        Span<uint> x = stackalloc uint[BlockWords];
        state.CopyTo(x);
        for (var round = 0; round < 4; round++)
        {
            Quarter(ref x[0], ref x[4], ref x[8], ref x[12]);
            Quarter(ref x[5], ref x[9], ref x[13], ref x[1]);
            Quarter(ref x[10], ref x[14], ref x[2], ref x[6]);
            Quarter(ref x[15], ref x[3], ref x[7], ref x[11]);
            Quarter(ref x[0], ref x[1], ref x[2], ref x[3]);
            Quarter(ref x[5], ref x[6], ref x[7], ref x[4]);
            Quarter(ref x[10], ref x[11], ref x[8], ref x[9]);
            Quarter(ref x[15], ref x[12], ref x[13], ref x[14]);
        }
        for (var i = 0; i < BlockWords; i++)
            state[i] += x[i];
    }

    static void Quarter(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        b ^= BitOperations.RotateLeft(a + d, 7);
        c ^= BitOperations.RotateLeft(b + a, 9);
        d ^= BitOperations.RotateLeft(c + b, 13);
        a ^= BitOperations.RotateLeft(d + c, 18);
    }
}
