using System.Security.Cryptography;
using Google.Protobuf;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Revisions;
using Marketplace.Core.Content;
using Marketplace.Core.Cryptography;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Keys;

/// <summary>Makes and opens versions with the vault's keys.</summary>
public sealed class VaultVersionKeys(VaultKeys keys, MarketDomain domain) : IVersionKeys
{
    const int ObjectIdSize = 16, NonceSize = 12;

    /// <inheritdoc/>
    public IVersionSecrets Create(ObjectLayout layout, ulong number, StoredVersion? previous)
    {
        var before = previous is null ? null : ManifestCodec.TryRead(previous.Manifest, keys.DataKey.Address);
        // After a restored version another one may have had the next number already, whose masks would be the same.
        var objectId = (previous is { Since: null } ? before?.ObjectId : null) ?? ByteString.CopyFrom(RandomNumberGenerator.GetBytes(ObjectIdSize));
        var contentKey = RandomNumberGenerator.GetBytes(ContentCipher.KeySize);
        var maskKey = KeyDerivation.MaskKey(keys.MaskRoot, objectId.Span, number);
        try
        {
            var codec = new ObjectCodec(layout, contentKey, maskKey);
            var binding = ObjectManifest.BindingOf(objectId.Span, number, codec.Commitment.Span);
            var wrapped = KeyWrap.Wrap(keys.ContentWrap, contentKey, binding, RandomNumberGenerator.GetBytes(NonceSize));
            var draft = new ObjectManifest
            {
                ObjectId = objectId,
                Number = number,
                Previous = previous is null || before is null ? null : new Hash256(SHA256.HashData(previous.Manifest)),
                Layout = layout,
                WrappedKey = ByteString.CopyFrom(wrapped),
                Commitment = ByteString.CopyFrom(codec.Commitment.Span),
                Roots = [],
                Placements = [],
            };
            return new VersionSecrets(codec, draft, keys.DataKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
            CryptographicOperations.ZeroMemory(maskKey);
        }
    }

    /// <inheritdoc/>
    public OpenedVersion? Open(StoredVersion version)
    {
        if (ManifestCodec.TryRead(version.Manifest, keys.DataKey.Address) is not { } manifest || manifest.Number != version.Number)
            return null;
        var binding = ObjectManifest.BindingOf(manifest.ObjectId.Span, manifest.Number, manifest.Commitment.Span);
        if (KeyWrap.TryUnwrap(keys.ContentWrap, manifest.WrappedKey.Span, binding) is not { Length: ContentCipher.KeySize } contentKey)
            return null;
        var maskKey = KeyDerivation.MaskKey(keys.MaskRoot, manifest.ObjectId.Span, manifest.Number);
        try
        {
            var codec = new ObjectCodec(manifest.Layout, contentKey, maskKey);
            if (CryptographicOperations.FixedTimeEquals(codec.Commitment.Span, manifest.Commitment.Span))
                return new OpenedVersion(manifest, codec);
            codec.Dispose();
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
            CryptographicOperations.ZeroMemory(maskKey);
        }
    }

    /// <inheritdoc/>
    public PendingRevision Plan(
        CatalogTransaction catalog, RentedAgreement agreement, IReadOnlyList<NewFragment> additions) =>
        RevisionPlanner.Plan(domain, catalog, agreement, additions, keys.DataKey)
        ?? throw new ArgumentException("A revision needs at least one change.", nameof(additions));

    sealed class VersionSecrets(ObjectCodec codec, ObjectManifest draft, PrivateKey dataKey) : IVersionSecrets
    {
        public ObjectCodec Codec => codec;

        public byte[] Seal(IReadOnlyList<IReadOnlyList<Hash256>> roots, IReadOnlyList<Placement> placements) =>
            ManifestCodec.Write(draft with { Roots = roots, Placements = placements }, dataKey);

        public void Dispose() => codec.Dispose();
    }
}
