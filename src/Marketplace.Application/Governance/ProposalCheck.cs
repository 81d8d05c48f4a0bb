using Marketplace.Application.Transactions;
using Marketplace.Chain;
using Marketplace.Chain.Governance;
using Marketplace.Chain.Parameters;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Governance;

/// <summary>What is looked at before anything is proposed: who proposes what can never be done has a month of voting for nothing.</summary>
static class ProposalCheck
{
    /// <summary>Null where it can be proposed.</summary>
    public static async Task<Proposing?> RunAsync(Market market, MarketParameters wanted, ProposalContent content, Address proposer, CancellationToken cancellationToken)
    {
        var governance = Governed.Require(market);
        if (ParameterTable.Compare(await market.Parameters.GetAsync(cancellationToken: cancellationToken), wanted).Count == 0)
            return new Proposing.NothingChanges();
        var rules = await governance.GetRulesAsync(cancellationToken: cancellationToken);
        // Votes that were delegated in this very second do not count yet.
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var votes = await governance.GetVotesAsync(proposer, head.Timestamp.AddSeconds(-1), cancellationToken);
        if (votes < rules.ProposalThreshold)
            return new Proposing.NotEnoughVotes(votes, rules.ProposalThreshold);
        if (await governance.FindAsync(content, cancellationToken) is not null)
            return new Proposing.Refused("You proposed the same before, in the same words. Say in the reason what is new.");
        return await RefusalOfAsync(market, governance, wanted, cancellationToken);
    }

    /// <summary>The suffix keeps others from proposing the same first and taking it back: only the one that it names may propose it.</summary>
    public static ProposalContent ContentOf(Market market, MarketParameters wanted, string words, Address proposer) =>
        new([GovernanceClient.SetParameters(market.Parameters.Address, wanted)], $"{words}\n\n{ProposalWords.Suffix}{proposer}");

    /// <summary>The contract's own word on these numbers, as if they were voted on already.</summary>
    internal static async Task<Proposing?> RefusalOfAsync(Market market, GovernanceClient governance, MarketParameters wanted, CancellationToken cancellationToken)
    {
        var call = GovernanceClient.SetParameters(market.Parameters.Address, wanted);
        try
        {
            _ = await market.Client.CallAsync(new TransactionRequest { From = governance.Timelock, To = call.Target, Data = call.Data }, default, cancellationToken);
            return null;
        }
        catch (RpcException refusal) when (refusal.IsRevert)
        {
            return new Proposing.Refused(Refusals.Describe(refusal, market.Client));
        }
    }
}
