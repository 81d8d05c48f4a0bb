using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Core.Coding;

namespace Marketplace.Core.Cryptography;

/// <summary>How putting shares together ended.</summary>
public abstract record RecoverySharesResult
{
    RecoverySharesResult()
    {
    }

    /// <summary>The vault key, 32 bytes; the caller erases it.</summary>
    public sealed record Combined(byte[] VaultKey) : RecoverySharesResult;

    /// <summary>More different shares are needed.</summary>
    public sealed record TooFew(int Given, int Needed) : RecoverySharesResult;

    /// <summary>The shares were not all made together.</summary>
    public sealed record DifferentSets : RecoverySharesResult;

    /// <summary>They claim to be of one set, but at least one of them is not what it was.</summary>
    public sealed record Contradictory : RecoverySharesResult;
}

/// <summary>
/// The vault key in shares for several people or places. The shares are the values of a polynomial over GF(2^8), byte by byte, at their
/// indices; the key is its value at 0.
/// </summary>
/// <remarks>
/// Shamir, "How to share a secret", 1979. The set's number is a hash over the whole polynomial, which combined shares are checked against;
/// whoever has fewer shares than the threshold does not know the rest of it.
/// </remarks>
public static class RecoveryShares
{
    /// <summary>The lowest threshold. One share that suffices is the 24 words.</summary>
    public const int MinThreshold = 2;

    /// <summary>The most shares in a set.</summary>
    public const int MaxShares = 16;

    const int KeySize = KeyDerivation.KeySize;

    /// <summary>Random bytes that <see cref="Split"/> needs.</summary>
    public static int RandomBytesFor(int threshold) => (threshold - 1) * KeySize;

    /// <summary>Splits a vault key.</summary>
    /// <param name="vaultKey">32 bytes.</param>
    /// <param name="threshold">How many shares give it back: 2 to <paramref name="count"/>.</param>
    /// <param name="count">How many shares there are, at most 16.</param>
    /// <param name="random"><see cref="RandomBytesFor"/> random bytes, never used for anything else; the caller erases them.</param>
    public static IReadOnlyList<RecoveryShare> Split(ReadOnlySpan<byte> vaultKey, int threshold, int count, ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vaultKey.Length, KeySize, nameof(vaultKey));
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, MinThreshold);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxShares);
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytesFor(threshold), nameof(random));
        // The values at 0 (the key) and at 1 to threshold - 1 (random) determine the polynomial, and so all other values.
        var points = new List<(byte X, byte[] Value)> { (0, vaultKey.ToArray()) };
        for (var i = 1; i < threshold; i++)
            points.Add(((byte)i, random.Slice((i - 1) * KeySize, KeySize).ToArray()));
        var set = SetOf(threshold, points);
        var indices = Enumerable.Range(1, count);
        RecoveryShare[] shares = [.. indices.Select(index => new RecoveryShare(set, threshold, index, ValueAt(points, (byte)index)))];
        Erase(points);
        return shares;
    }

    /// <summary>Puts shares together. Those beyond the threshold are checked too; a share may be given twice.</summary>
    public static RecoverySharesResult Combine(IReadOnlyList<RecoveryShare> shares)
    {
        if (shares.Count == 0)
            return new RecoverySharesResult.TooFew(0, MinThreshold);
        var (set, threshold) = (shares[0].Set, shares[0].Threshold);
        if (shares.Any(share => share.Set != set || share.Threshold != threshold))
            return new RecoverySharesResult.DifferentSets();
        var different = shares.DistinctBy(share => share.Index).ToList();
        if (different.Count < threshold)
            return new RecoverySharesResult.TooFew(different.Count, threshold);
        var given = different.Take(threshold).Select(share => (X: (byte)share.Index, Value: share.Value.ToArray())).ToList();
        var points = Enumerable.Range(0, threshold).Select(x => (X: (byte)x, Value: ValueAt(given, (byte)x))).ToList();
        var isConsistent = SetOf(threshold, points) == set
            && shares.All(share => share.Value.SequenceEqual(ValueAt(given, (byte)share.Index)));
        var vaultKey = points[0].Value.ToArray();
        Erase(points);
        Erase(given);
        if (isConsistent)
            return new RecoverySharesResult.Combined(vaultKey);
        CryptographicOperations.ZeroMemory(vaultKey);
        return new RecoverySharesResult.Contradictory();
    }

    /// <summary>The value at x of the polynomial through the points (Lagrange). Subtraction is addition in this field.</summary>
    static byte[] ValueAt(List<(byte X, byte[] Value)> points, byte x)
    {
        var value = new byte[KeySize];
        foreach (var point in points)
        {
            byte coefficient = 1;
            foreach (var other in points.Where(other => other.X != point.X))
            {
                var quotient = GaloisField256.Multiply((byte)(x ^ other.X), GaloisField256.Inverse((byte)(point.X ^ other.X)));
                coefficient = GaloisField256.Multiply(coefficient, quotient);
            }
            GaloisField256.MultiplyAdd(coefficient, point.Value, value);
        }
        return value;
    }

    /// <param name="threshold">The threshold.</param>
    /// <param name="points">The polynomial's values at 0 to threshold - 1, in this order.</param>
    static uint SetOf(int threshold, List<(byte X, byte[] Value)> points)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("storage-marketplace/recovery-shares/"u8);
        hash.AppendData([(byte)threshold]);
        foreach (var (_, value) in points)
            hash.AppendData(value);
        return BinaryPrimitives.ReadUInt32BigEndian(hash.GetHashAndReset());
    }

    static void Erase(List<(byte X, byte[] Value)> points)
    {
        foreach (var (_, value) in points)
            CryptographicOperations.ZeroMemory(value);
    }
}
