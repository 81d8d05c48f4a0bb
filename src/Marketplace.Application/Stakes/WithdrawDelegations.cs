using Marketplace.Application.Agreements;
using Marketplace.Application.Pipeline;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using MediatR;

namespace Marketplace.Application.Stakes;

/// <summary>
/// Takes what was asked back and whose unbonding is over into the wallet. What is held for agreements that were ended early since is let go first.
/// </summary>
/// <param name="Provider">One provider; null for all.</param>
public sealed record WithdrawDelegations(Address? Provider) : IRequest<DelegationWithdrawal>;

/// <summary>What was taken.</summary>
/// <param name="Paid">By provider.</param>
/// <param name="Waiting">Asked back, but not to be had yet, of the providers that were meant.</param>
/// <param name="Now">The epoch.</param>
public sealed record DelegationWithdrawal(
    IReadOnlyList<(Address Provider, TokenAmount Amount)> Paid, IReadOnlyList<ListedDelegation> Waiting, Epoch Now);

/// <inheritdoc cref="WithdrawDelegations"/>
public sealed class WithdrawDelegationsHandler(Market market, ISigner wallet, TransactionSender sender)
    : IRequestHandler<WithdrawDelegations, DelegationWithdrawal>
{
    /// <inheritdoc/>
    public async Task<DelegationWithdrawal> Handle(WithdrawDelegations request, CancellationToken cancellationToken)
    {
        var overview = await WalletDelegations.FindAsync(market, wallet.Address, cancellationToken);
        var meant = overview.Delegations
            .Where(row => row.Stake.Undelegating > TokenAmount.Zero && (request.Provider is not { } only || row.Provider == only)).ToList();
        var (paid, waiting) = (new List<(Address, TokenAmount)>(), new List<ListedDelegation>());
        foreach (var row in meant)
        {
            var (amount, hindrance) = row.IsReleasedIn(overview.Now)
                ? await TryTakeAsync(row, overview.Now, isOnly: request.Provider is not null, cancellationToken) : (null, null);
            if (amount is { } taken)
                paid.Add((row.Provider, taken));
            else
                waiting.Add(row with
                {
                    Stake = await market.Stakes.GetDelegationAsync(row.Provider, wallet.Address, cancellationToken: cancellationToken),
                    Hindrance = hindrance,
                });
        }
        return new DelegationWithdrawal(paid, waiting, overview.Now);
    }

    /// <summary>What one provider's contracts refuse holds up no other's; for the only one that is meant, the refusal is thrown.</summary>
    async Task<(TokenAmount? Amount, string? Hindrance)> TryTakeAsync(ListedDelegation row, Epoch now, bool isOnly, CancellationToken cancellationToken)
    {
        try
        {
            return (await TakeAsync(row, now, cancellationToken), null);
        }
        catch (Exception fault) when (!isOnly && ContractRefusals.In(fault) is not null)
        {
            return (null, ContractRefusals.In(fault));
        }
    }

    /// <summary>Null where it is held for less long now, but held still.</summary>
    async Task<TokenAmount?> TakeAsync(ListedDelegation row, Epoch now, CancellationToken cancellationToken)
    {
        try
        {
            return await TakeAsync(row.Provider, cancellationToken);
        }
        catch (Exception fault) when (ContractRefusals.In(fault) is not null)
        {
            if (await ShortenAsync(row, cancellationToken) is not { } heldUntil)
                throw;
            return heldUntil < now ? await TakeAsync(row.Provider, cancellationToken) : null;
        }
    }

    async Task<TokenAmount> TakeAsync(Address provider, CancellationToken cancellationToken) =>
        ReadPaid(await sender.SendAsync(market.Stakes.WithdrawUndelegated(provider), $"undelegated-{Guid.NewGuid():N}", cancellationToken));

    /// <summary>Until when it is held now; null where the agreements that it was held for all run on.</summary>
    async Task<Epoch?> ShortenAsync(ListedDelegation row, CancellationToken cancellationToken)
    {
        var agreements = await new ProviderAgreements(market).FindOpenAsync(row.Provider, cancellationToken);
        var holders = agreements.Where(agreement => agreement.State != AgreementState.Proposed).ToList();
        var parameters = await market.Parameters.GetAsync(cancellationToken: cancellationToken);
        // An audit that was demanded before an agreement was ended early can end after it.
        var audited = (ulong)Math.Ceiling(parameters.AuditWindow / market.Clock.EpochLength);
        if (holders.Select(agreement => agreement.End.Value).DefaultIfEmpty(0ul).Max() + audited >= row.Stake.HeldUntil.Value)
            return null;
        await sender.SendAsync(
            market.Stakes.ShortenHold(row.Provider, wallet.Address, [.. holders.Select(agreement => agreement.Id)]), $"shorten-{Guid.NewGuid():N}", cancellationToken);
        return (await market.Stakes.GetDelegationAsync(row.Provider, wallet.Address, cancellationToken: cancellationToken)).HeldUntil;
    }

    /// <summary>Misses are counted first, so it can be less than it seemed to be.</summary>
    TokenAmount ReadPaid(TransactionReceipt receipt) =>
        EventLog.OfType<StakeVault.UndelegatedEvent>(receipt.Logs.Where(log => log.Address == market.Stakes.Address))
            .Aggregate(TokenAmount.Zero, (sum, log) => sum + new TokenAmount((UInt128)log.Event.Amount));
}
