using System.Security.Cryptography;
using Marketplace.Core.Cryptography;
using Marketplace.Ethereum.Cryptography;

namespace Marketplace.Client.Keys;

/// <summary>The keys that follow from an unlocked vault. Disposing erases them.</summary>
public sealed class VaultKeys : IDisposable
{
    readonly byte[] contentWrap, maskRoot, catalog;

    /// <param name="vaultKey">32 bytes; not kept, so that the caller can erase it.</param>
    public VaultKeys(ReadOnlySpan<byte> vaultKey)
    {
        contentWrap = KeyDerivation.ContentWrapKey(vaultKey);
        maskRoot = KeyDerivation.MaskRoot(vaultKey);
        catalog = KeyDerivation.CatalogKey(vaultKey);
        DataKey = DeriveDataKey(vaultKey);
    }

    /// <summary>Signs revisions, transfer sessions, records and manifests.</summary>
    public PrivateKey DataKey { get; }

    internal ReadOnlySpan<byte> ContentWrap => contentWrap;

    internal ReadOnlySpan<byte> MaskRoot => maskRoot;

    internal ReadOnlySpan<byte> Catalog => catalog;

    /// <summary>Erases the keys.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(contentWrap);
        CryptographicOperations.ZeroMemory(maskRoot);
        CryptographicOperations.ZeroMemory(catalog);
        DataKey.Dispose();
    }

    static PrivateKey DeriveDataKey(ReadOnlySpan<byte> vaultKey)
    {
        for (uint attempt = 0; ; attempt++)
        {
            var candidate = KeyDerivation.DataKeyCandidate(vaultKey, index: 0, attempt);
            try
            {
                return new PrivateKey(candidate);
            }
            catch (ArgumentException) when (attempt < 8)
            {
                // Once in 2^128: the candidate is no secret of the curve.
            }
            finally
            {
                CryptographicOperations.ZeroMemory(candidate);
            }
        }
    }
}
