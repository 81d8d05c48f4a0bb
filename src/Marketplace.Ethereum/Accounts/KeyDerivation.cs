using System.Security.Cryptography;

namespace Marketplace.Ethereum.Accounts;

/// <summary>scrypt's work (RFC 7914): memory is 128·N·r bytes.</summary>
/// <param name="N">A power of two.</param>
/// <param name="R">The block size.</param>
/// <param name="P">Passes, one after another.</param>
public readonly record struct ScryptCost(int N, int R, int P)
{
    const long MaxMemoryBytes = 512L << 20;
    const int MaxPasses = 16;

    /// <summary>What other Ethereum software writes: 256 MiB, one to two seconds.</summary>
    public static ScryptCost Standard => new(1 << 18, 8, 1);

    /// <summary>For tests and throw-away development keys only: 4 MiB.</summary>
    public static ScryptCost Light => new(1 << 12, 8, 1);

    /// <summary>Whether the work is well defined and within 512 MiB and 16 passes of at most that, a GiB in all.</summary>
    public bool IsAcceptable =>
        N > 1 && (N & (N - 1)) == 0 && R is > 0 and <= 1024 && P is > 0 and <= MaxPasses
        && 128L * N * R <= MaxMemoryBytes && 128L * N * R * P <= 2 * MaxMemoryBytes;
}

/// <summary>How a passphrase becomes a key.</summary>
abstract record KeyDerivation(byte[] Salt, int Length)
{
    public abstract byte[] Derive(byte[] passphrase);
}

sealed record ScryptDerivation(ScryptCost Cost, byte[] Salt, int Length) : KeyDerivation(Salt, Length)
{
    public override byte[] Derive(byte[] passphrase) => Scrypt.Derive(passphrase, Salt, Cost, Length);
}

sealed record Pbkdf2Derivation(int Iterations, byte[] Salt, int Length) : KeyDerivation(Salt, Length)
{
    public override byte[] Derive(byte[] passphrase) =>
        Rfc2898DeriveBytes.Pbkdf2(passphrase, Salt, Iterations, HashAlgorithmName.SHA256, Length);
}
