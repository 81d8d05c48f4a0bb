using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marketplace.Core.Cryptography;

/// <summary>How reading the words of a share ended.</summary>
public abstract record RecoveryShareReading
{
    RecoveryShareReading()
    {
    }

    /// <summary>The share.</summary>
    public sealed record Read(RecoveryShare Share) : RecoveryShareReading;

    /// <summary>There are not exactly 30 words.</summary>
    public sealed record WrongCount(int Count) : RecoveryShareReading;

    /// <summary>A word is not in the list.</summary>
    /// <param name="Position">From 1.</param>
    /// <param name="Word">As it was given.</param>
    /// <param name="Suggestions">Words of the list that look like it; perhaps none.</param>
    public sealed record UnknownWord(int Position, string Word, IReadOnlyList<string> Suggestions) : RecoveryShareReading;

    /// <summary>All words are in the list, but they do not belong together: one is wrong or two are swapped.</summary>
    public sealed record WrongChecksum : RecoveryShareReading;
}

/// <summary>
/// One of several shares of a vault key. So many as its threshold says give the key back; fewer say nothing about it. A share is as secret
/// as that makes it.
/// </summary>
/// <remarks>
/// As 30 words: <c>u32 set || u8 threshold || u8 index || value[32]</c> and 26 bits of SHA-256 over these 38 bytes. A vault key alone has
/// 24 words, so that one cannot be taken for the other.
/// </remarks>
public sealed class RecoveryShare
{
    /// <summary>How many words a share has.</summary>
    public const int WordCount = 30;

    const int ValueSize = KeyDerivation.KeySize, ContentSize = sizeof(uint) + 2 + ValueSize, ChecksumBits = 26;

    readonly byte[] value;

    internal RecoveryShare(uint set, int threshold, int index, byte[] value)
    {
        Set = set;
        Threshold = threshold;
        Index = index;
        this.value = value;
    }

    /// <summary>The same in all shares that were made together.</summary>
    public uint Set { get; }

    /// <summary>How many shares of the set give the key back: 2 to 16.</summary>
    public int Threshold { get; }

    /// <summary>The share's number in its set, from 1 to 16.</summary>
    public int Index { get; }

    internal ReadOnlySpan<byte> Value => value;

    /// <summary>The share's 30 words.</summary>
    public IReadOnlyList<string> ToWords()
    {
        Span<byte> bits = stackalloc byte[ContentSize + sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bits, Set);
        bits[4] = (byte)Threshold;
        bits[5] = (byte)Index;
        value.CopyTo(bits[6..]);
        BinaryPrimitives.WriteUInt32BigEndian(bits[ContentSize..], ChecksumOf(bits[..ContentSize]));
        var words = WordList.Write(bits, WordCount);
        CryptographicOperations.ZeroMemory(bits);
        return words;
    }

    /// <summary>Reads words, in any case and with any white space between them.</summary>
    public static RecoveryShareReading Parse(string text)
    {
        var words = WordList.Separate(text);
        if (words.Length != WordCount)
            return new RecoveryShareReading.WrongCount(words.Length);
        Span<byte> bits = stackalloc byte[ContentSize + sizeof(uint)];
        var unknown = WordList.Read(words, bits);
        RecoveryShareReading reading = unknown is { } position
            ? new RecoveryShareReading.UnknownWord(position + 1, words[position], WordList.SuggestionsFor(words[position]))
            : FromBits(bits);
        CryptographicOperations.ZeroMemory(bits);
        return reading;
    }

    static RecoveryShareReading FromBits(ReadOnlySpan<byte> bits)
    {
        var content = bits[..ContentSize];
        var (threshold, index) = ((int)content[4], (int)content[5]);
        if (BinaryPrimitives.ReadUInt32BigEndian(bits[ContentSize..]) != ChecksumOf(content)
            || threshold is < RecoveryShares.MinThreshold or > RecoveryShares.MaxShares || index is < 1 or > RecoveryShares.MaxShares)
            return new RecoveryShareReading.WrongChecksum();
        return new RecoveryShareReading.Read(
            new RecoveryShare(BinaryPrimitives.ReadUInt32BigEndian(content), threshold, index, content[6..].ToArray()));
    }

    /// <summary>26 bits, at the top of 32.</summary>
    static uint ChecksumOf(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash) >> (32 - ChecksumBits) << (32 - ChecksumBits);
    }
}
