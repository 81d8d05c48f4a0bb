using System.Security.Cryptography;
using Marketplace.Cli.Terminal;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Provider.Persistence;

namespace Marketplace.Cli.Commands;

/// <summary>Wallets and node keys on disk.</summary>
internal static class KeyFiles
{
    /// <summary>Opens a keystore; the caller disposes the key.</summary>
    /// <param name="path">The keystore.</param>
    /// <param name="passphrase">Its passphrase.</param>
    /// <param name="of">What it holds, for messages: "the owner wallet".</param>
    /// <exception cref="CommandRefusal">It is missing, malformed, or the passphrase is wrong.</exception>
    public static PrivateKey Open(string path, string passphrase, string of)
    {
        if (!File.Exists(path))
            throw new CommandRefusal("wallet-missing", $"There is no key file for {of} at {path}.");
        return Keystore.Load(path, passphrase) switch
        {
            KeystoreOpening.Opened opened => opened.Key,
            KeystoreOpening.WrongPassphrase => throw new CommandRefusal("wrong-passphrase", $"The passphrase does not open {of}."),
            KeystoreOpening.Malformed malformed => throw new CommandRefusal("wallet-damaged", $"The key file of {of} cannot be used: {malformed.Reason}"),
            _ => throw new InvalidOperationException("An opening of a kind that nobody knows."),
        };
    }

    /// <summary>Reads a secret key from a file with 64 hex digits, with or without 0x; the caller disposes it.</summary>
    /// <exception cref="CommandRefusal">The file is missing or holds something else.</exception>
    public static PrivateKey Import(string path)
    {
        if (!File.Exists(path))
            throw new CommandRefusal("not-found", $"The key file {path} does not exist.");
        var text = File.ReadAllText(path).Trim();
        var digits = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        var bytes = new byte[PrivateKey.Size];
        try
        {
            if (digits.Length != 2 * PrivateKey.Size || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
                throw new CommandRefusal("key-invalid", "A secret key is 64 hex digits.");
            return new PrivateKey(bytes);
        }
        catch (ArgumentException)
        {
            throw new CommandRefusal("key-invalid", "The number in the key file is no key of the curve.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Writes a small file that only its owner can read, whole or not at all.</summary>
    public static void WritePrivate(string path, string text) => DurableFile.Replace(path, System.Text.Encoding.UTF8.GetBytes(text));
}
