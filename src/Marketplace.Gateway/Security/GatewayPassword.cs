using System.Security.Cryptography;
using System.Text;
using Marketplace.Ethereum.Accounts;

namespace Marketplace.Gateway.Security;

/// <summary>What a browser has to know to be let in from elsewhere. Only its scrypt digest (RFC 7914) is kept.</summary>
public sealed class GatewayPassword
{
    /// <summary>Shorter ones are refused: whoever can reach the gateway can try.</summary>
    public const int ShortestLength = 12;

    /// <summary>Longer ones are refused unread.</summary>
    public const int LongestLength = 1024;

    /// <summary>32 MiB and about a tenth of a second.</summary>
    static readonly ScryptCost Cost = new(1 << 15, 8, 1);

    /// <param name="text">The password.</param>
    /// <param name="salt">With which it was digested before, so that it is recognised; null for a new one.</param>
    /// <exception cref="GatewayPasswordException">It is too short or too long.</exception>
    public GatewayPassword(string text, byte[]? salt = null)
    {
        if (text.Length is < ShortestLength or > LongestLength)
            throw new GatewayPasswordException($"The gateway's password needs {ShortestLength} to {LongestLength} characters; whoever can reach the gateway can try.");
        salt ??= RandomNumberGenerator.GetBytes(PasswordMark.SaltSize);
        Mark = new PasswordMark(salt, DigestOf(text, salt));
    }

    /// <summary>What it is recognised by.</summary>
    internal PasswordMark Mark { get; }

    /// <summary>Takes the same time for every text.</summary>
    public bool Matches(string shown) => shown.Length <= LongestLength & CryptographicOperations.FixedTimeEquals(DigestOf(shown[..Math.Min(shown.Length, LongestLength)], Mark.Salt), Mark.Digest);

    static byte[] DigestOf(string text, byte[] salt)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            return Scrypt.Derive(bytes, salt, Cost, PasswordMark.DigestSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}

/// <summary>The password cannot be used; the message says why, and not what it is.</summary>
public sealed class GatewayPasswordException(string message) : Exception(message);
