namespace Marketplace.Gateway.Security;

/// <summary>What a password is recognised by after a restart.</summary>
/// <param name="Salt">Random.</param>
/// <param name="Digest">What scrypt makes of both.</param>
public sealed record PasswordMark(byte[] Salt, byte[] Digest)
{
    internal const int SaltSize = 16, DigestSize = 32;
}
