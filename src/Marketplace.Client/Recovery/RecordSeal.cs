using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Client.Keys;
using Marketplace.Core.Cryptography;

namespace Marketplace.Client.Recovery;

/// <summary>
/// A catalog record's payload: the snapshot's manifest under the vault's catalog key, bound to the record's sequence, so that a provider
/// learns
/// neither and cannot pass an old one off for a new one.
/// </summary>
static class RecordSeal
{
    const int NonceSize = 12;

    public static byte[] Seal(VaultKeys keys, ulong sequence, byte[] manifest) =>
        KeyWrap.Wrap(keys.Catalog, manifest, BindingOf(sequence), RandomNumberGenerator.GetBytes(NonceSize));

    /// <summary>The manifest; null when the payload is damaged or another vault's.</summary>
    public static byte[]? TryOpen(VaultKeys keys, ulong sequence, ReadOnlySpan<byte> payload) =>
        KeyWrap.TryUnwrap(keys.Catalog, payload, BindingOf(sequence));

    static byte[] BindingOf(ulong sequence)
    {
        var label = "storage-marketplace/catalog-record/"u8;
        var binding = new byte[label.Length + sizeof(ulong)];
        label.CopyTo(binding);
        BinaryPrimitives.WriteUInt64BigEndian(binding.AsSpan(label.Length), sequence);
        return binding;
    }
}
