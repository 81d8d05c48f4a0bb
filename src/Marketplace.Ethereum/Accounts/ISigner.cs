using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Accounts;

/// <summary>Signs for one account, wherever its key is.</summary>
public interface ISigner
{
    /// <summary>The account.</summary>
    Address Address { get; }

    /// <summary>
    /// Signs a digest as it is: for EIP-712 and EIP-191 the caller has computed it. The signature is canonical (s in the lower half).
    /// </summary>
    ValueTask<Signature> SignDigestAsync(Hash256 digest, CancellationToken cancellationToken = default);

    /// <summary>Signs a transaction.</summary>
    ValueTask<SignedTransaction> SignTransactionAsync(Eip1559Transaction transaction, CancellationToken cancellationToken = default);
}

/// <summary>Signs with a key in this process. It owns the key and erases it when disposed.</summary>
public sealed class LocalSigner(PrivateKey key) : ISigner, IDisposable
{
    /// <inheritdoc/>
    public Address Address => key.Address;

    /// <inheritdoc/>
    public ValueTask<Signature> SignDigestAsync(Hash256 digest, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(key.Sign(digest));

    /// <inheritdoc/>
    public ValueTask<SignedTransaction> SignTransactionAsync(
        Eip1559Transaction transaction, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(transaction.WithSignature(key.Sign(transaction.SigningHash())));

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
