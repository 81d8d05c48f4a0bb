using System.Security.Cryptography;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Transfer;

namespace Marketplace.Provider.Administration;

/// <summary>Whether the registry knows this node as it is. A node that differs would be refused by consumers or by the contracts, so it does not start.</summary>
static class RegistrationCheck
{
    /// <exception cref="NodeSettingsException">It does not; the message says what to do.</exception>
    /// <exception cref="WrongChainException">The endpoint serves another chain.</exception>
    public static async Task RequireAsync(
        EthereumClient client, Deployment deployment, Address owner, Address operatorKey, TlsIdentity tls, CancellationToken cancellationToken)
    {
        await client.RequireChainAsync(deployment.ChainId, cancellationToken);
        var registered = await client.CallAsync(
            deployment.ProviderRegistry, new ProviderRegistry.ProviderCall(owner), cancellationToken: cancellationToken);
        if (registered.Operator == Address.Zero)
            throw new NodeSettingsException($"{owner} is not registered as a provider: run `marketplace provider init` once more, which registers it, or says what to register on the page Provide.");
        if (registered.Operator != operatorKey)
            throw new NodeSettingsException($"The registry names {registered.Operator} as the operator of {owner}, but this node's key is {operatorKey}.");
        if (!CryptographicOperations.FixedTimeEquals(registered.TlsKeyHash.ToArray(), tls.PublicKeyHash))
            throw new NodeSettingsException($"The registry pins another TLS key for {owner} than this node has; consumers would refuse it.");
    }
}
