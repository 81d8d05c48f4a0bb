using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;
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

    /// <inheritdoc/>
    public async Task<ActionOutlook> Handle(PreviewAction request, CancellationToken cancellationToken)
    {
        var permit = request.Permit is null ? await NeededAsync(request, cancellationToken) : null;
        if (request.Action.Allowance is { } need
            && await market.Token.GetBalanceAsync(request.Account, default, cancellationToken) is var balance && balance < need.Amount)
            return new ActionOutlook.Refused($"This takes {need.Amount.ToTokens()} SPACE, but the account has {balance.ToTokens()}. Nothing was sent.");
        if (permit is not null && await Foresight.GasAsync(market, request.Action, request.Account, permit.Value, permit.Deadline, cancellationToken) is { } gas)
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

    async Task<ActionOutlook> PriceAsync(ulong estimate, Address account, PermitTerms? permit, CancellationToken cancellationToken)
    {
        var gas = GasRoom.LimitFor(estimate);
        var quote = await fees.QuoteAsync(cancellationToken);
        var highest = quote.MaxFeePerGas * gas;
        return await market.Client.GetBalanceAsync(account, default, cancellationToken) is var ether && ether < highest
            ? new ActionOutlook.Refused(
                $"The fee is at most {Refusals.Ether(highest)}, but the account has {Refusals.Ether(ether)}. Send it some ether, and try again.")
            : new ActionOutlook.Fits(permit, gas, highest) { Nonce = await market.Client.GetTransactionCountAsync(account, BlockTag.Pending, cancellationToken) };
    }
}
