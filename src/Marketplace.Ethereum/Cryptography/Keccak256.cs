using System.Buffers.Binary;
using System.Text;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Cryptography;

/// <summary>Keccak-256 as Ethereum uses it (the submission to NIST, not the later SHA3-256). Allocates nothing.</summary>
public static class Keccak256
{
    const int Lanes = 25;
    const int StackText = 256;

    /// <summary>The digest of <paramref name="data"/>.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> data)
    {
        Span<ulong> state = stackalloc ulong[Lanes];
        state.Clear();
        while (data.Length >= KeccakPermutation.Rate)
        {
            Absorb(state, data[..KeccakPermutation.Rate]);
            data = data[KeccakPermutation.Rate..];
        }
        Span<byte> last = stackalloc byte[KeccakPermutation.Rate];
        last.Clear();
        data.CopyTo(last);
        last[data.Length] = 0x01;
        last[^1] |= 0x80;
        Absorb(state, last);
        Span<byte> output = stackalloc byte[Hash256.Size];
        for (var i = 0; i < Hash256.Size / sizeof(ulong); i++)
            BinaryPrimitives.WriteUInt64LittleEndian(output[(i * sizeof(ulong))..], state[i]);
        return new Hash256(output);
    }

    /// <summary>The digest of the UTF-8 bytes of <paramref name="text"/>.</summary>
    public static Hash256 Hash(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        var bytes = size <= StackText ? stackalloc byte[size] : new byte[size];
        Encoding.UTF8.GetBytes(text, bytes);
        return Hash(bytes);
    }

    static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < KeccakPermutation.Rate / sizeof(ulong); i++)
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(i * sizeof(ulong))..]);
        KeccakPermutation.Permute(state);
    }
}
