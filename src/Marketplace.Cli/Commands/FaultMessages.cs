using Marketplace.Chain;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Following;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Catalog;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Rlp;
using Marketplace.Provider.Administration;
using Microsoft.Data.Sqlite;

namespace Marketplace.Cli.Commands;

/// <summary>What each fault is called, and what its user can do about it. Endpoints' paths and queries, keys and stack traces never appear.</summary>
internal static class FaultMessages
{
    const int SqliteBusy = 5, SqliteFull = 13;

    /// <summary>A stable code for scripts and a sentence for people.</summary>
    public static (string Code, string Message) Of(Exception fault) => fault switch
    {
        CommandRefusal refusal => (refusal.Code, refusal.Message),
        NodeSettingsException settings => ("settings-invalid", settings.Message),
        EthereumRpcException or AbiDecodingException or MalformedRlpException => OfTheEndpoint(fault),
        TransactionException or ContractErrorException or FeeCapExceededException => OfATransaction(fault),
        DeploymentFileException or DeploymentMismatchException or DeploymentFailedException => OfTheDeployment(fault),
        FollowerDatabaseMismatchException => ("wrong-chain", fault.Message),
        CatalogUnusableException => (
            "damaged", $"{fault.Message} Move the catalog's files (catalog.db*) away and bring it back from the providers with `marketplace recover`."),
        SqliteException { SqliteErrorCode: SqliteFull } => ("disk-full", "The disk is full: the catalog could not be written. Nothing was changed; make room and try again."),
        SqliteException { SqliteErrorCode: SqliteBusy } => ("busy", "Another command is writing to the catalog now; try again when it has ended."),
        SqliteException failed => ("io-failed", $"The catalog could not be read or written: {failed.Message}"),
        UnauthorizedAccessException denied => ("access-denied", denied.Message),
        FileNotFoundException or DirectoryNotFoundException => ("not-found", fault.Message),
        InvalidDataException => ("damaged", fault.Message),
        IOException io => ("io-failed", io.Message),
        _ => ("internal", $"Something failed that should not: {fault.GetType().Name}: {fault.Message}"),
    };

    static (string Code, string Message) OfTheEndpoint(Exception fault) => fault switch
    {
        WrongChainException wrong => (
            "wrong-chain", $"The endpoint serves chain {wrong.Actual}, but the market is on chain {wrong.Expected}; set 'chain' in market.json to an endpoint of that chain."),
        RpcTransportException { IsTransient: false } => (
            "chain-unreachable", $"The chain's endpoint refused: {fault.Message} Check 'chain' in market.json, and its access key."),
        RpcTransportException => (
            "chain-unreachable", $"The chain's endpoint cannot be reached: {fault.Message} Check 'chain' in market.json and that the node runs, then try again."),
        RpcException refused when refused.Error?.Message.Contains("insufficient funds", StringComparison.OrdinalIgnoreCase) == true => NotEnoughGas,
        RpcException => ("chain-refused", $"The chain's endpoint answered with an error: {Printable.Escape(fault.Message, 300)} Try again, or use another endpoint."),
        _ => ("chain-nonsense", $"The chain's endpoint answers what it should not: {Printable.Escape(fault.Message, 300)} Use another endpoint."),
    };

    static (string Code, string Message) OfATransaction(Exception fault) => fault switch
    {
        ContractErrorException refused => ("contract-refused", MarketErrorMessages.Describe(refused.Error)),
        CallRevertedException reverted => ("contract-refused", MarketErrorMessages.Describe(reverted.RevertData)),
        TransactionRevertedException { InnerException: ContractErrorException reason } => (
            "transaction-failed", $"The transaction failed on chain: {MarketErrorMessages.Describe(reason.Error)}"),
        TransactionRefusedException { Outcome: SubmissionOutcome.InsufficientFunds } => NotEnoughGas,
        TransactionReplacedException => ("wallet-used-elsewhere", $"{fault.Message} See what came of it, then try again."),
        FeeCapExceededException => ("fees-too-high", $"{fault.Message} Nothing was sent; try again when the chain is cheaper."),
        _ => ("transaction-failed", Printable.Escape(fault.Message, 300)),
    };

    static (string Code, string Message) OfTheDeployment(Exception fault) => fault switch
    {
        DeploymentFileException => ("deployment-invalid", fault.Message),
        DeploymentMismatchException => ("wrong-chain", $"{fault.Message} Use the deployment file that belongs to this chain."),
        _ => ("deployment-failed", fault.Message),
    };

    static (string Code, string Message) NotEnoughGas =>
        ("not-enough-gas", "The wallet cannot pay the fee of this transaction; send it some ether (see `marketplace wallet show`). Nothing was sent.");
}
