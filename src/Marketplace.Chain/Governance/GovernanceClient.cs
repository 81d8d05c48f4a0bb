using System.Numerics;
using System.Text;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.History;
using Marketplace.Chain.Parameters;
using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Governance;

/// <summary>MarketplaceGovernor and MarketplaceTimelock: what the token's holders decide, and what is done of it.</summary>
public sealed class GovernanceClient
{
    const int Percent = 100;

    readonly ContractReader governor;
    readonly ContractReader timelock;
    readonly ChainHistory history;
    readonly TokenClient token;
    readonly ulong deployBlock;

    internal GovernanceClient(EthereumClient client, ChainHistory history, Address governor, Address timelock, TokenClient token, ulong deployBlock) =>
        (this.governor, this.timelock, this.history, this.token, this.deployBlock) =
            (new ContractReader(client, governor), new ContractReader(client, timelock), history, token, deployBlock);

    /// <summary>The governor.</summary>
    public Address Governor => governor.Contract;

    /// <summary>The timelock, which owns the parameters and is the treasury.</summary>
    public Address Timelock => timelock.Contract;

    /// <summary>How is decided now.</summary>
    public async Task<GovernanceRules> GetRulesAsync(BlockTag at = default, CancellationToken cancellationToken = default)
    {
        var times = await governor.AskManyAsync<BigInteger>(
            [
                new MarketplaceGovernor.VotingDelayCall(), new MarketplaceGovernor.VotingPeriodCall(), new MarketplaceGovernor.ProposalThresholdCall(),
                new MarketplaceGovernor.QuorumNumeratorCall(),
            ], at, cancellationToken);
        var extension = await governor.AskAsync(new MarketplaceGovernor.LateQuorumVoteExtensionCall(), at, cancellationToken);
        var delay = await timelock.AskAsync(new MarketplaceTimelock.GetMinDelayCall(), at, cancellationToken);
        return new GovernanceRules(
            Seconds(times[0]), Seconds(times[1]), Seconds(extension), Seconds(delay), times[2].ToToken(), times[3].ToCount());
    }

    /// <summary>All proposals, the newest first.</summary>
    public async Task<IReadOnlyList<Proposal>> ListAsync(CancellationToken cancellationToken = default) =>
        await DescribeAsync(await ReadCreatedAsync(cancellationToken), cancellationToken);

    /// <summary>One proposal; null when there is none.</summary>
    public async Task<Proposal?> FindAsync(ProposalId id, CancellationToken cancellationToken = default) =>
        (await DescribeAsync([.. (await ReadCreatedAsync(cancellationToken)).Where(created => created.Id == id)], cancellationToken)).FirstOrDefault();

    /// <summary>What was proposed with just these calls and words, of which nothing is proposed twice; null when nothing was.</summary>
    public async Task<Proposal?> FindAsync(ProposalContent content, CancellationToken cancellationToken = default) =>
        await FindAsync(
            new ProposalId(await governor.AskAsync(
                new MarketplaceGovernor.GetProposalIdCall(Targets(content), Values(content), Data(content), HashOf(content.Description)), default, cancellationToken)),
            cancellationToken);

    /// <summary>Which of these proposals an account has voted on, in their order.</summary>
    public Task<IReadOnlyList<bool>> HaveVotedAsync(IReadOnlyList<ProposalId> proposals, Address account, CancellationToken cancellationToken = default) =>
        governor.AskManyAsync<bool>([.. proposals.Select(id => new MarketplaceGovernor.HasVotedCall(id.Number, account))], default, cancellationToken);

    /// <summary>The votes that an account had at a time that is over.</summary>
    public async Task<TokenAmount> GetVotesAsync(Address account, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        (await governor.AskAsync(new MarketplaceGovernor.GetVotesCall(account, at.ToUnixTimeSeconds()), default, cancellationToken)).ToToken();

    /// <summary>Proposes calls that the timelock is to make.</summary>
    public TransactionRequest Propose(ProposalContent content) => governor.Send(new MarketplaceGovernor.ProposeCall(
        Targets(content), Values(content), Data(content), content.Description));

    /// <summary>The call that sets all of the market's numbers.</summary>
    public static ProposedCall SetParameters(Address parameters, MarketParameters wanted) =>
        new(parameters, default, Bytes.Own(new MarketplaceParameters.SetValuesCall(wanted.ToAbi()).Encode()));

    /// <summary>What such a call would set.</summary>
    /// <exception cref="AbiDecodingException">No market can have such numbers.</exception>
    /// <exception cref="OverflowException">Likewise.</exception>
    public static MarketParameters ReadParameters(MarketplaceParameters.SetValuesCall call) => MarketParameters.FromAbi(call.Values);

    /// <summary>What was set, by the event that says so.</summary>
    public static MarketParameters ReadParameters(MarketplaceParameters.ParametersChangedEvent changed) => MarketParameters.FromAbi(changed.Values);

    /// <summary>Votes with all of the sender's votes; a vote cannot be changed.</summary>
    /// <param name="id">On what.</param>
    /// <param name="choice">What.</param>
    /// <param name="reason">For everybody to read; may be empty.</param>
    public TransactionRequest Vote(ProposalId id, VoteChoice choice, string reason) => governor.Send(reason.Length == 0
        ? new MarketplaceGovernor.CastVoteCall(id.Number, (byte)choice)
        : new MarketplaceGovernor.CastVoteWithReasonCall(id.Number, (byte)choice, reason));

    /// <summary>Gives what was adopted to the timelock. Anybody may send it.</summary>
    public TransactionRequest Queue(ProposalContent content) => governor.Send(new MarketplaceGovernor.QueueCall(
        Targets(content), Values(content), Data(content), HashOf(content.Description)));

    /// <summary>Does what was adopted and has waited. Anybody may send it.</summary>
    public TransactionRequest Execute(ProposalContent content) => governor.Send(new MarketplaceGovernor.ExecuteCall(
        Targets(content), Values(content), Data(content), HashOf(content.Description)));

    /// <summary>Takes the sender's proposal back before the vote begins.</summary>
    public TransactionRequest Cancel(ProposalContent content) => governor.Send(new MarketplaceGovernor.CancelCall(
        Targets(content), Values(content), Data(content), HashOf(content.Description)));

    /// <summary>The proposal that a transaction made.</summary>
    /// <exception cref="InvalidOperationException">It made none.</exception>
    public ProposalId ReadProposed(TransactionReceipt receipt)
    {
        var topic = MarketplaceGovernor.ProposalCreatedEvent.Topic;
        var log = receipt.Logs.FirstOrDefault(log => log.Address == Governor && log.Topics is [var first, ..] && first == topic)
            ?? throw new InvalidOperationException("The transaction proposed nothing.");
        return new ProposalId(new Hash256(log.Data.Span[..Hash256.Size]));
    }

    /// <summary>All that was ever proposed, the newest first.</summary>
    async Task<IReadOnlyList<(ProposalId Id, ProposalContent? Content, ulong Block)>> ReadCreatedAsync(CancellationToken cancellationToken)
    {
        var filter = new LogFilter
        {
            FromBlock = deployBlock, Addresses = [Governor], Topics = MarketplaceGovernor.ProposalCreatedEvent.Filter(),
        };
        var head = await governor.Client.GetHeadAsync(cancellationToken);
        return [.. (await history.FindAsync(filter, head, cancellationToken)).Where(log => log.Data.Length >= Hash256.Size)
            .Select(log => (new ProposalId(new Hash256(log.Data.Span[..Hash256.Size])), ReadContent(log), log.BlockNumber)).Reverse()];
    }

    /// <summary>Asked of the governor for all of them at once.</summary>
    async Task<IReadOnlyList<Proposal>> DescribeAsync(IReadOnlyList<(ProposalId Id, ProposalContent? Content, ulong Block)> created, CancellationToken cancellationToken)
    {
        if (created.Count == 0)
            return [];
        var numbers = created.Select(proposal => proposal.Id.Number).ToList();
        var states = await governor.AskManyAsync<byte>([.. numbers.Select(id => new MarketplaceGovernor.StateCall(id))], default, cancellationToken);
        var proposers = await governor.AskManyAsync<Address>([.. numbers.Select(id => new MarketplaceGovernor.ProposalProposerCall(id))], default, cancellationToken);
        var votes = await governor.AskManyAsync<MarketplaceGovernor.ProposalVotesResult>(
            [.. numbers.Select(id => new MarketplaceGovernor.ProposalVotesCall(id))], default, cancellationToken);
        var starts = await AskTimesAsync(numbers, id => new MarketplaceGovernor.ProposalSnapshotCall(id), cancellationToken);
        var ends = await AskTimesAsync(numbers, id => new MarketplaceGovernor.ProposalDeadlineCall(id), cancellationToken);
        var etas = await AskTimesAsync(numbers, id => new MarketplaceGovernor.ProposalEtaCall(id), cancellationToken);
        var head = await governor.Client.GetHeadAsync(cancellationToken);
        // One that was taken back keeps its beginning, which may never have come.
        var quorums = await AskQuorumsAsync([.. starts.Select(start => start < head.Timestamp ? (DateTimeOffset?)start : null)], cancellationToken);
        return [.. created.Select((proposal, i) => new Proposal(
            proposal.Id, proposers[i], proposal.Content, (ProposalState)states[i], starts[i], ends[i],
            new ProposalTally(votes[i].ForVotes.ToToken(), votes[i].AgainstVotes.ToToken(), votes[i].AbstainVotes.ToToken(), quorums[i]),
            etas[i] == DateTimeOffset.UnixEpoch ? null : etas[i], proposal.Block))];
    }

    async Task<IReadOnlyList<DateTimeOffset>> AskTimesAsync(
        IReadOnlyList<BigInteger> ids, Func<BigInteger, IContractFunction<BigInteger>> call, CancellationToken cancellationToken) =>
        [.. (await governor.AskManyAsync<BigInteger>([.. ids.Select(call)], default, cancellationToken)).Select(time => time.ToCount().ToTime())];

    /// <summary>The quorum at each time; for null, what it is now.</summary>
    async Task<IReadOnlyList<TokenAmount>> AskQuorumsAsync(IReadOnlyList<DateTimeOffset?> times, CancellationToken cancellationToken)
    {
        var begun = times.OfType<DateTimeOffset>().Distinct().ToList();
        var answers = await governor.AskManyAsync<BigInteger>(
            [.. begun.Select(time => new MarketplaceGovernor.QuorumCall(time.ToUnixTimeSeconds()))], default, cancellationToken);
        var quorums = begun.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second.ToToken());
        TokenAmount? now = null;
        if (times.Contains(null))
        {
            var share = await governor.AskAsync(new MarketplaceGovernor.QuorumNumeratorCall(), default, cancellationToken);
            now = (share * (await token.GetTotalSupplyAsync(default, cancellationToken)).Value / Percent).ToToken();
        }
        return [.. times.Select(time => time is { } known ? quorums[known] : now!.Value)];
    }

    /// <summary>Anybody with enough votes can propose a text that is none: such a proposal must not hide itself or others.</summary>
    static ProposalContent? ReadContent(LogEntry log)
    {
        try
        {
            var created = MarketplaceGovernor.ProposalCreatedEvent.Decode(log);
            return created.Values.All(value => value <= (BigInteger)UInt128.MaxValue)
                ? new ProposalContent(
                    [.. created.Targets.Zip(created.Values, created.Calldatas).Select(call => new ProposedCall(call.First, new Wei((UInt128)call.Second), call.Third))],
                    created.Description)
                : null;
        }
        catch (AbiDecodingException)
        {
            return null;
        }
    }

    static IReadOnlyList<Address> Targets(ProposalContent content) => [.. content.Calls.Select(call => call.Target)];

    static IReadOnlyList<BigInteger> Values(ProposalContent content) => [.. content.Calls.Select(call => (BigInteger)call.Value.Value)];

    static IReadOnlyList<Bytes> Data(ProposalContent content) => [.. content.Calls.Select(call => call.Data)];

    static Hash256 HashOf(string description) => Keccak256.Hash(Encoding.UTF8.GetBytes(description));

    static TimeSpan Seconds(BigInteger value) => TimeSpan.FromSeconds(value.ToCount());
}
