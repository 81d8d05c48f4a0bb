using System.Text;
using Marketplace.Ethereum.Cryptography;

namespace Marketplace.Ethereum.Generators;

/// <summary>Keccak-256 of signatures, at compile time.</summary>
static class Signatures
{
    /// <summary>The 64 hex digits of an event's topic.</summary>
    internal static string Topic(string signature)
    {
        var state = new ulong[25];
        var bytes = Encoding.UTF8.GetBytes(signature);
        var padded = new byte[((bytes.Length / KeccakPermutation.Rate) + 1) * KeccakPermutation.Rate];
        bytes.CopyTo(padded, 0);
        padded[bytes.Length] = 0x01;
        padded[padded.Length - 1] |= 0x80;
        for (var i = 0; i < padded.Length; i++)
        {
            state[i % KeccakPermutation.Rate / 8] ^= (ulong)padded[i] << (8 * (i % 8));
            if ((i + 1) % KeccakPermutation.Rate == 0)
                KeccakPermutation.Permute(state);
        }
        var hex = new StringBuilder();
        for (var i = 0; i < 32; i++)
            hex.Append(((byte)(state[i / 8] >> (8 * (i % 8)))).ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        return hex.ToString();
    }

    /// <summary>The 8 hex digits of a function's or error's selector.</summary>
    internal static string Selector(string signature) => Topic(signature).Substring(0, 8);
}
