using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.TypedData;

namespace Marketplace.Ethereum.Accounts;

/// <summary>Signs what has a digest of its own.</summary>
public static class SignerExtensions
{
    /// <summary>Signs a struct under a domain (EIP-712), so that the signature is good for this contract on this chain only.</summary>
    public static ValueTask<Signature> SignTypedDataAsync<T>(
        this ISigner signer, Eip712Domain domain, T value, CancellationToken cancellationToken = default)
        where T : IEip712Struct<T> => signer.SignDigestAsync(Eip712.Digest(domain, value), cancellationToken);
}
