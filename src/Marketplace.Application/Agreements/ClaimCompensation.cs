using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Pays a wallet what slashes of its providers owe it, straight into the wallet.</summary>
/// <param name="Only">One agreement; null for all of the wallet's, those that are over too.</param>
public sealed record ClaimCompensation(AgreementId? Only) : IRequest<CompensationClaim>;

/// <summary>What a claim brought.</summary>
/// <param name="IsKnown">False when the one agreement that was named is not the wallet's.</param>
/// <param name="Paid">By agreement; those with nothing to claim are not in it.</param>
public sealed record CompensationClaim(bool IsKnown, IReadOnlyList<(AgreementId Agreement, TokenAmount Amount)> Paid)
{
    /// <summary>All of it.</summary>
    public TokenAmount Total => Paid.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.Amount);
}

/// <inheritdoc cref="ClaimCompensation"/>
public sealed class ClaimCompensationHandler(Market market, ISigner wallet, TransactionSender sender, ConsumerAgreements consumerAgreements)
    : IRequestHandler<ClaimCompensation, CompensationClaim>
{
    /// <inheritdoc/>
    public async Task<CompensationClaim> Handle(ClaimCompensation request, CancellationToken cancellationToken)
    {
        var own = (await consumerAgreements.FindAsync(wallet.Address, cancellationToken))
            .Where(agreement => request.Only is not { } only || agreement.Id == only).Select(agreement => agreement.Id).ToList();
        var owed = await market.Stakes.GetCompensationsAsync(own, cancellationToken: cancellationToken);
        var paid = new List<(AgreementId, TokenAmount)>();
        foreach (var (id, _) in own.Zip(owed).Where(row => row.Second > TokenAmount.Zero))
        {
            var receipt = await sender.SendAsync(market.Stakes.ClaimCompensation(id), $"claim-{id}-{Guid.NewGuid():N}", cancellationToken);
            if (market.Stakes.ReadCompensation(receipt) is { } claimed)
                paid.Add(claimed);
        }
        return new CompensationClaim(request.Only is null || own.Count > 0, paid);
    }
}
