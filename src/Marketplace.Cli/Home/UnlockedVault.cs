using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Core.Cryptography;
using Marketplace.Provider.Persistence;

namespace Marketplace.Cli.Home;

/// <summary>
/// A vault that is open for some hours, so that its passphrase need not be given to each command. The disk holds the vault key only encrypted
/// (vault.unlocked in the home folder); what opens it lies in memory-backed storage and is gone after a restart of the machine. Whoever can write to
/// that place but not to the home folder can lock the vault, but neither read its key nor put another one in its place.
/// </summary>
internal sealed class UnlockedVault(ConsumerHome home, TimeProvider time)
{
    const int NonceSize = 12, ExpirySize = sizeof(long);

    readonly string sealedFile = Path.Combine(home.Folder, "vault.unlocked");

    string SessionFile => Path.Combine(MemoryFolder(), $"marketplace-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(home.Folder)))[..32]}");

    /// <summary>Keeps the key open.</summary>
    /// <param name="vaultKey">32 bytes; stays the caller's to erase.</param>
    /// <param name="duration">How long.</param>
    public DateTimeOffset Open(ReadOnlySpan<byte> vaultKey, TimeSpan duration)
    {
        Lock();
        var expiry = time.GetUtcNow() + duration;
        var sessionKey = RandomNumberGenerator.GetBytes(KeyDerivation.KeySize);
        try
        {
            using (var file = new FileStream(SessionFile, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
                file.Write(sessionKey);
            var head = Head(expiry);
            DurableFile.Replace(sealedFile, [.. head, .. KeyWrap.Wrap(sessionKey, vaultKey, Binding(head), RandomNumberGenerator.GetBytes(NonceSize))]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sessionKey);
        }
        return expiry;
    }

    /// <summary>The vault key, which the caller erases; null when the vault is locked or its time is over.</summary>
    public byte[]? TryRead()
    {
        if (!File.Exists(sealedFile) || !File.Exists(SessionFile))
            return null;
        var kept = File.ReadAllBytes(sealedFile);
        if (kept.Length <= ExpirySize || time.GetUtcNow().ToUnixTimeSeconds() >= BinaryPrimitives.ReadInt64BigEndian(kept))
        {
            Lock();
            return null;
        }
        var sessionKey = new byte[KeyDerivation.KeySize];
        try
        {
            using (var file = File.OpenRead(SessionFile))
                if (file.ReadAtLeast(sessionKey, sessionKey.Length, throwOnEndOfStream: false) < sessionKey.Length)
                    return null;
            return KeyWrap.TryUnwrap(sessionKey, kept.AsSpan(ExpirySize), Binding(kept.AsSpan(0, ExpirySize)));
        }
        catch (UnauthorizedAccessException)
        {
            // Somebody else's file in our place: as good as locked.
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sessionKey);
        }
    }

    /// <summary>Forgets the key.</summary>
    public void Lock()
    {
        File.Delete(sealedFile);
        File.Delete(SessionFile);
    }

    static byte[] Head(DateTimeOffset expiry)
    {
        var head = new byte[ExpirySize];
        BinaryPrimitives.WriteInt64BigEndian(head, expiry.ToUnixTimeSeconds());
        return head;
    }

    /// <summary>Binds the key to its expiry and to this vault: a restored or replaced vault.json is not opened with the old one's key.</summary>
    byte[] Binding(ReadOnlySpan<byte> head) => [.. head, .. SHA256.HashData(File.ReadAllBytes(home.VaultFile))];

    static string MemoryFolder() =>
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Directory.Exists(runtime) ? runtime
        : Directory.Exists("/dev/shm") ? "/dev/shm"
        : throw new Terminal.CommandRefusal(
            "unlock-unavailable",
            "This machine has no memory-backed folder (XDG_RUNTIME_DIR) to keep the vault open in; give the passphrase to each command instead.");
}
