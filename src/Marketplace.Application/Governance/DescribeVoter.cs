using Marketplace.Chain;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Governance;

/// <summary>Asks what an account can decide.</summary>
public sealed record DescribeVoter(Address Account) : IRequest<VoterStanding>;

/// <summary>What an account can decide.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Balance">Tokens in its hands.</param>
/// <param name="Votes">That count for it now.</param>
/// <param name="Delegate">For whom the votes of its tokens count; null for nobody, until it says so.</param>
public sealed record VoterStanding(Address Account, TokenAmount Balance, TokenAmount Votes, Address? Delegate)
{
    internal static async Task<VoterStanding> ReadAsync(Market market, Address account, CancellationToken cancellationToken) => new(
        account, await market.Token.GetBalanceAsync(account, cancellationToken: cancellationToken),
        await market.Token.GetVotesAsync(account, cancellationToken: cancellationToken),
        await market.Token.FindDelegateAsync(account, cancellationToken: cancellationToken));
}

/// <inheritdoc cref="DescribeVoter"/>
public sealed class DescribeVoterHandler(Market market) : IRequestHandler<DescribeVoter, VoterStanding>
{
    /// <inheritdoc/>
    public Task<VoterStanding> Handle(DescribeVoter request, CancellationToken cancellationToken) => VoterStanding.ReadAsync(market, request.Account, cancellationToken);
}
