using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Transactions;

/// <summary>Tries an action out on the chain's state, without a signature where one is still to come.</summary>
/// <param name="Action">What is to be done.</param>
/// <param name="Account">Who would send it.</param>
/// <param name="Permit">What was signed; null before.</param>
public sealed record PreviewAction(WalletAction Action, Address Account, TokenPermit? Permit = null) : IRequest<ActionOutlook>;

/// <inheritdoc cref="PreviewAction"/>
public sealed class PreviewActionHandler(Market market, FeeEstimator fees, TimeProvider time) : IRequestHandler<PreviewAction, ActionOutlook>
{
    /// <summary>Wallets and their users take time; a permit that lies around should not be good for long.</summary>
    static readonly TimeSpan PermitLife = TimeSpan.FromHours(1);

    /// <summary>Percent on top of the estimate: state changes until the block.</summary>
    const ulong GasMargin = 25;

    /// <summary>As programs of this project leave: a new epoch may begin between the estimate and the block, and the transaction then writes more.</summary>
    static readonly ulong GasReserve = new TransactionSenderOptions().GasReserve;

    /// <summary>As long as a key's signature, and of no account that anybody knows.</summary>
    static readonly Bytes StandIn = (byte[])[.. Enumerable.Repeat((byte)0x5a, Signature.Size - 1), 27];

    /// <summary>Answers every call with isValidSignature's "yes": PUSH4 1626ba7e, PUSH1 e0, SHL, PUSH1 0, MSTORE, PUSH1 20, PUSH1 0, RETURN.</summary>
    static readonly Bytes TakesAll = Convert.FromHexString("631626ba7e60e01b60005260206000f3");

    /// <inheritdoc/>
    public async Task<ActionOutlook> Handle(PreviewAction request, CancellationToken cancellationToken)
    {
        var permit = request.Permit is null ? await NeededAsync(request, cancellationToken) : null;
        if (request.Action.Allowance is { } need
            && await market.Token.GetBalanceAsync(request.Account, default, cancellationToken) is var balance && balance < need.Amount)
            return new ActionOutlook.Refused($"This takes {need.Amount.ToTokens()} SPACE, but the account has {balance.ToTokens()}. Nothing was sent.");
        if (permit is not null && await ForeseeAsync(request, permit, cancellationToken) is { } gas)
            return await PriceAsync(gas, request.Account, permit, cancellationToken);
        var transaction = request.Action.Request(request.Permit) with { From = request.Account };
        try
        {
            _ = await market.Client.CallAsync(transaction, default, cancellationToken);
            return await PriceAsync(await market.Client.EstimateGasAsync(transaction, default, cancellationToken), request.Account, null, cancellationToken);
        }
        // Tokens are taken last, after everything else was checked: an allowance that is still missing is what the permit will bring.
        catch (RpcException refusal) when (refusal.IsRevert
            && ContractReverts.ToException(refusal, market.Client.Errors) is ContractErrorException { Error: ERC20InsufficientAllowanceError } && permit is not null)
        {
            return new ActionOutlook.Fits(permit, null, null);
        }
        catch (RpcException refusal)
        {
            return new ActionOutlook.Refused(Refusals.Describe(refusal, market.Client));
        }
    }

    /// <summary>What has to be signed first; null when nothing has to.</summary>
    async Task<PermitTerms?> NeededAsync(PreviewAction request, CancellationToken cancellationToken) =>
        request.Action.Allowance is { Amount: var amount, Spender: var spender } && amount > TokenAmount.Zero
            && await market.Token.GetAllowanceAsync(request.Account, spender, default, cancellationToken) < amount
            ? await market.Token.PreparePermitAsync(request.Account, spender, amount, time.GetUtcNow() + PermitLife, cancellationToken)
            : null;

    /// <summary>
    /// Gas that it takes with the permit, which is not signed yet: tried out as if the account were a contract that takes every signature for its own (EIP-1271).
    /// The token looks for a key's signature first, so that this takes no less than the real one. Null where the endpoint cannot pretend, or the contracts refuse.
    /// </summary>
    async Task<ulong?> ForeseeAsync(PreviewAction request, PermitTerms permit, CancellationToken cancellationToken)
    {
        try
        {
            return await market.Client.EstimateGasAsIfAsync(
                request.Action.Request(new TokenPermit(permit.Value, permit.Deadline, StandIn)) with { From = request.Account }, new StateOverride(request.Account, TakesAll), cancellationToken);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    async Task<ActionOutlook> PriceAsync(ulong estimate, Address account, PermitTerms? permit, CancellationToken cancellationToken)
    {
        var gas = estimate + estimate * GasMargin / 100 + GasReserve;
        var quote = await fees.QuoteAsync(cancellationToken);
        var highest = quote.MaxFeePerGas * gas;
        return await market.Client.GetBalanceAsync(account, default, cancellationToken) is var ether && ether < highest
            ? new ActionOutlook.Refused(
                $"The fee is at most {Refusals.Ether(highest)}, but the account has {Refusals.Ether(ether)}. Send it some ether, and try again.")
            : new ActionOutlook.Fits(permit, gas, highest) { Nonce = await market.Client.GetTransactionCountAsync(account, BlockTag.Pending, cancellationToken) };
    }
}
