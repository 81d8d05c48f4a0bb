using Marketplace.Chain;
using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Transactions;

/// <summary>
/// What an action takes with its permit, which is not signed yet: tried out as if the account were a contract that takes every signature for its own (EIP-1271).
/// The token looks for a key's signature first, so that this takes no less than the real one.
/// </summary>
static class Foresight
{
    /// <summary>As long as a key's signature, and of no account that anybody knows.</summary>
    static readonly Bytes StandIn = (byte[])[.. Enumerable.Repeat((byte)0x5a, Signature.Size - 1), 27];

    /// <summary>Answers every call with isValidSignature's "yes": PUSH4 1626ba7e, PUSH1 e0, SHL, PUSH1 0, MSTORE, PUSH1 20, PUSH1 0, RETURN.</summary>
    static readonly Bytes TakesAll = Convert.FromHexString("631626ba7e60e01b60005260206000f3");

    /// <summary>Gas by estimate; null where the endpoint cannot pretend, or the contracts refuse.</summary>
    /// <param name="market">The market.</param>
    /// <param name="action">What is to be done.</param>
    /// <param name="account">Who would send it.</param>
    /// <param name="value">Of the permit.</param>
    /// <param name="deadline">Of the permit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<ulong?> GasAsync(
        Market market, WalletAction action, Address account, TokenAmount value, DateTimeOffset deadline, CancellationToken cancellationToken) =>
        OrNullAsync(market.Client.EstimateGasAsIfAsync(
            action.Request(new TokenPermit(value, deadline, StandIn)) with { From = account }, new StateOverride(account, TakesAll), cancellationToken));

    /// <summary>As above, for an action as it is; with a permit for what it takes, where it takes something.</summary>
    public static Task<ulong?> GasAsync(Market market, WalletAction action, Address account, CancellationToken cancellationToken) =>
        action.Allowance is { Amount: var amount } && amount > TokenAmount.Zero
            ? GasAsync(market, action, account, amount, DateTimeOffset.MaxValue, cancellationToken)
            : OrNullAsync(market.Client.EstimateGasAsync(action.Request(null) with { From = account }, default, cancellationToken));

    static async Task<ulong?> OrNullAsync(Task<ulong> estimate)
    {
        try
        {
            return await estimate;
        }
        catch (RpcException)
        {
            return null;
        }
    }
}
