using Marketplace.Chain;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Application.Pipeline;

/// <summary>Tells what contracts refuse from what is broken.</summary>
static class ContractRefusals
{
    /// <summary>One sentence on what a contract refused, before a transaction was sent or when it was mined; null for any other fault.</summary>
    public static string? In(Exception fault) =>
        (fault as ContractErrorException ?? (fault as TransactionRevertedException)?.InnerException as ContractErrorException) is { } refusal
            ? MarketErrorMessages.Describe(refusal.Error) : null;
}
