using Marketplace.Chain;
using Marketplace.Chain.Deployments;
using Marketplace.Cli.Terminal;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Cli.Commands;

/// <summary>A market behind an endpoint whose chain was checked, for the time of one command.</summary>
internal sealed class ChainSession : IDisposable
{
    readonly RpcHttpConnection connection;

    ChainSession(RpcHttpConnection connection, Deployment deployment)
    {
        this.connection = connection;
        Market = new Market(connection, deployment);
    }

    public Market Market { get; }

    /// <exception cref="WrongChainException">The endpoint serves another chain than the deployment's.</exception>
    /// <exception cref="DeploymentFileException">The deployment file cannot be used.</exception>
    public static async Task<ChainSession> OpenAsync(string chain, string deploymentFile, CancellationToken cancellationToken)
    {
        var deployment = await DeploymentFile.LoadAsync(deploymentFile, cancellationToken);
        return await OpenAsync(chain, deployment, cancellationToken);
    }

    /// <inheritdoc cref="OpenAsync(string, string, CancellationToken)"/>
    public static async Task<ChainSession> OpenAsync(string chain, Deployment deployment, CancellationToken cancellationToken)
    {
        var session = new ChainSession(Connect(chain), deployment);
        try
        {
            await session.Market.Client.RequireChainAsync(deployment.ChainId, cancellationToken);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>A connection to an endpoint, which the caller disposes.</summary>
    /// <exception cref="CommandRefusal">The text is no such address.</exception>
    public static RpcHttpConnection Connect(string chain)
    {
        try
        {
            return new RpcHttpConnection(
                RpcEndpoint.Parse(chain), new RpcConnectionOptions { Timeout = TimeSpan.FromSeconds(20) }, TimeProvider.System);
        }
        catch (FormatException notAnAddress)
        {
            throw new CommandRefusal("chain-address-invalid", notAnAddress.Message);
        }
    }

    /// <summary>Sends the key's transactions.</summary>
    /// <param name="key">Stays the caller's.</param>
    /// <param name="nonceFolder">Where the account's nonces are kept between commands.</param>
    public TransactionSender SenderFor(PrivateKey key, string nonceFolder) =>
        SenderFor(Market.Client, Market.Deployment.ChainId, key, new FileNonceStore(nonceFolder));

    /// <summary>Sends the key's transactions on a chain that has no market yet.</summary>
    public static TransactionSender SenderFor(EthereumClient client, ulong chainId, PrivateKey key, INonceStore nonces) => new(
        client,
        new LocalSigner(key),
        new NonceTracker(client, chainId, key.Address, nonces, TimeProvider.System),
        new FeeEstimator(client, new FeeEstimatorOptions()),
        new MemoryTransactionJournal(),
        new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(250) },
        TimeProvider.System);

    public void Dispose() => connection.Dispose();
}
