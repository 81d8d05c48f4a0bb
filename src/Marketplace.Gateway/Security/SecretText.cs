using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Gateway.Security;

/// <summary>Secrets that browsers show again.</summary>
static class SecretText
{
    const int Size = 32;

    /// <summary>256 random bits.</summary>
    public static string Create() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Compares without telling by its time where they differ.</summary>
    public static bool IsEqual(string shown, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(expected));
}
