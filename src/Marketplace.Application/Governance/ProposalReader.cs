using System.Globalization;
using System.Numerics;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Governance;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Governance;

/// <summary>
/// Says in plain language what a proposal does. The description is its proposer's and may say anything: this reads the calls.
/// </summary>
/// <param name="deployment">The market.</param>
/// <param name="parameters">The market's numbers now; for a proposal that is over, as they were before.</param>
/// <param name="rules">How is decided now; null for a proposal that is over, since nobody knows how it was decided before.</param>
sealed class ProposalReader(Deployment deployment, MarketParameters parameters, GovernanceRules? rules)
{
    /// <summary>One effect for each call.</summary>
    public IReadOnlyList<ProposalEffect> Read(ProposalContent content) => [.. content.Calls.Select(Read)];

    ProposalEffect Read(ProposedCall call)
    {
        var effect = (call.Target == deployment.MarketplaceParameters ? ReadParameters(call.Data)
            : call.Target == deployment.MarketplaceGovernor ? ReadGovernor(call.Data)
            : call.Target == deployment.MarketplaceTimelock ? ReadTimelock(call.Data)
            : call.Target == deployment.StorageToken ? ReadToken(call.Data)
            : call.Target == deployment.AgreementEscrow ? ReadEscrow(call.Data)
            : null) ?? Unknown(call);
        return call.Value == Wei.Zero ? effect : effect with { Sentence = $"{effect.Sentence} It sends {call.Value.Value} wei of the treasury along.", IsKnown = false };
    }

    ProposalEffect? ReadParameters(Bytes data)
    {
        if (Decode<MarketplaceParameters.SetValuesCall>(data) is { } set && TryRead(set, out var wanted))
        {
            var changes = ParameterTable.Compare(parameters, wanted);
            return new ProposalEffect(changes.Count switch
            {
                0 => $"Sets the market's numbers to what they {(rules is null ? "were" : "are")} already.",
                1 => "Changes one of the market's numbers.",
                var count => string.Create(CultureInfo.InvariantCulture, $"Changes {count} of the market's numbers."),
            }, changes);
        }
        if (Decode<MarketplaceParameters.SetGuardianCall>(data) is { } guardian)
        {
            return Plain(guardian.NewGuardian == Address.Zero
                ? "Takes the guardian away: nobody can pause new agreements any more."
                : $"Makes {guardian.NewGuardian} the guardian, who can pause new agreements for a bounded time.");
        }
        return Decode<MarketplaceParameters.UnpauseCall>(data) is not null ? Plain("Ends the guardian's pause of new agreements.") : null;
    }

    ProposalEffect? ReadGovernor(Bytes data)
    {
        if (Decode<MarketplaceGovernor.SetVotingDelayCall>(data) is { } delay)
            return Change("the time from a proposal to its vote", rules?.VotingDelay, delay.NewVotingDelay);
        if (Decode<MarketplaceGovernor.SetVotingPeriodCall>(data) is { } period)
            return Change("the time of voting", rules?.VotingPeriod, period.NewVotingPeriod);
        if (Decode<MarketplaceGovernor.SetLateQuorumVoteExtensionCall>(data) is { } extension)
            return Change("the time of voting after a late quorum", rules?.LateQuorumExtension, extension.NewVoteExtension);
        if (Decode<MarketplaceGovernor.SetProposalThresholdCall>(data) is { } threshold && ToTokens(threshold.NewProposalThreshold) is { } votes)
            return Plain($"Changes the votes that a proposal needs{From(rules is null ? null : ParameterTable.Tokens(rules.ProposalThreshold))} to {votes}.");
        return Decode<MarketplaceGovernor.UpdateQuorumNumeratorCall>(data) is { } quorum
            ? Plain($"Changes the quorum{From(rules is null ? null : $"{rules.QuorumPercent} % of all tokens")} to {quorum.NewQuorumNumerator} %{(rules is null ? " of all tokens" : "")}.") : null;
    }

    ProposalEffect? ReadTimelock(Bytes data) => Decode<MarketplaceTimelock.UpdateDelayCall>(data) is { NewDelay: var delay } && delay <= uint.MaxValue
        ? Change("the time that a decision waits before it is executed", rules?.TimelockDelay, (ulong)delay) : null;

    static ProposalEffect? ReadToken(Bytes data) => Decode<StorageToken.TransferCall, bool>(data) is { } transfer && ToTokens(transfer.Value) is { } amount
        ? Plain($"Pays {amount} out of the treasury to {transfer.To}.") : null;

    static ProposalEffect? ReadEscrow(Bytes data) => Decode<AgreementEscrow.WithdrawCall, BigInteger>(data) is { } withdrawal
        ? Plain($"Takes all fees that lie in the escrow for the treasury, and pays them to {withdrawal.To}.") : null;

    ProposalEffect Unknown(ProposedCall call)
    {
        var name = deployment.Contracts.FirstOrDefault(contract => contract.Address == call.Target).Name ?? "a contract that is not the market's";
        var selector = call.Data.Length < 4 ? "no function" : $"the function 0x{Convert.ToHexStringLower(call.Data.Span[..4])}";
        return new ProposalEffect(
            string.Create(CultureInfo.InvariantCulture, $"Calls {selector} of {name} ({call.Target}) with {call.Data.Length} bytes. What that does has to be found out by reading them."),
            [], IsKnown: false);
    }

    /// <summary>A call of the market can carry numbers that no parameter can have; it would be refused when it is executed.</summary>
    static bool TryRead(MarketplaceParameters.SetValuesCall call, out MarketParameters wanted)
    {
        wanted = null!;
        try
        {
            wanted = GovernanceClient.ReadParameters(call);
            return true;
        }
        catch (Exception nonsense) when (nonsense is AbiDecodingException or OverflowException)
        {
            return false;
        }
    }

    static TCall? Decode<TCall>(Bytes data) where TCall : class, IContractFunction<TCall, NoResult> => Decode<TCall, NoResult>(data);

    static TCall? Decode<TCall, TResult>(Bytes data) where TCall : class, IContractFunction<TCall, TResult>
    {
        try
        {
            return TCall.Decode(data.Span);
        }
        catch (AbiDecodingException)
        {
            return null;
        }
    }

    static string? ToTokens(BigInteger amount) => amount <= (BigInteger)UInt128.MaxValue ? ParameterTable.Tokens(new TokenAmount((UInt128)amount)) : null;

    static ProposalEffect Change(string what, TimeSpan? old, ulong seconds) => seconds > uint.MaxValue
        ? Plain($"Changes {what} to a time that can never be.")
        : Plain($"Changes {what}{From(old is { } time ? ParameterTable.Time(time) : null)} to {ParameterTable.Time(TimeSpan.FromSeconds(seconds))}.");

    static string From(string? old) => old is null ? "" : $" from {old}";

    static ProposalEffect Plain(string sentence) => new(sentence, []);
}
