using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Application.Activity;
using Marketplace.Application.Governance;
using Marketplace.Application.Live;
using Marketplace.Application.Pipeline;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Governance;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Tests.Governance;

/// <summary>
/// On a real governed market: 10 s to the vote, 30 s of it, 40 s in the timelock; a proposal needs 100 tokens, the quorum is 4 % of a million.
/// </summary>
public sealed class GovernanceTests : IAsyncLifetime
{
    MarketFixture chain = null!;
    Market market = null!;
    IMediator holder = null!;
    IMediator stranger = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        market = new Market(chain.Connection, await chain.DeployGovernedAsync());
        (holder, stranger) = (chain.CasesOf(market, chain.Deployer), chain.CasesOf(market, chain.Consumer));
    }

    async Task IAsyncLifetime.DisposeAsync() => await chain.DisposeAsync();

    GovernanceClient Governance => market.Governance!;

    [Fact]
    public async Task Decision_IsProposed_Voted_Queued_AndExecuted()
    {
        var before = await market.Parameters.GetAsync();
        var wanted = before with { ProtocolFeeBps = 350, AuditBond = TokenAmount.FromTokens(9), AuditWindow = TimeSpan.FromHours(2) };
        Assert.Equal(
            new Proposing.NotEnoughVotes(TokenAmount.Zero, TokenAmount.FromTokens(100)), await holder.Send(new ProposeParameters(wanted, "More for the treasury")));
        var standing = await DelegateAsync();
        Assert.Equal((standing.Balance, (Address?)chain.Deployer.Address), (standing.Votes, standing.Delegate));
        Assert.IsType<Proposing.NothingChanges>(await holder.Send(new ProposeParameters(before, "Nothing")));

        var proposal = Assert.IsType<Proposing.Proposed>(await holder.Send(new ProposeParameters(wanted, "More for the treasury"))).Proposal;
        Assert.Equal((ProposalState.Pending, chain.Deployer.Address), (proposal.State, proposal.Proposer));
        Assert.StartsWith("More for the treasury", proposal.Content!.Description);
        var twice = Assert.IsType<Proposing.Refused>(await holder.Send(new ProposeParameters(wanted, "More for the treasury")));
        Assert.Contains("the same before, in the same words", twice.Reason, StringComparison.Ordinal);
        Assert.IsType<ProposalDecision.NotNow>(await holder.Send(new CastVote(proposal.Id, VoteChoice.For, "")));
        Assert.Equal(
            [("AuditWindow", "1 minute", "2 hours"), ("AuditBond", "7 SPACE", "9 SPACE"), ("ProtocolFeeBps", "2 %", "3.5 %")],
            (await DescribeAsync(proposal.Id)).Effects!.Single().Changes.Select(change => (change.Name, change.Old, change.New)).OrderByDescending(row => row.Name == "AuditWindow").ThenBy(row => row.Name));

        await PassAsync(11);
        Assert.IsType<ProposalDecision.NoVotes>(await stranger.Send(new CastVote(proposal.Id, VoteChoice.Against, "")));
        var voted = Assert.IsType<ProposalDecision.Done>(await holder.Send(new CastVote(proposal.Id, VoteChoice.For, "good"))).Proposal;
        Assert.True(voted.Tally is { HasQuorum: true, IsAdopted: true });
        Assert.Equal((standing.Votes, TokenAmount.Zero, TokenAmount.Zero), (voted.Tally.For, voted.Tally.Against, voted.Tally.Abstained));
        Assert.IsType<ProposalDecision.HasVoted>(await holder.Send(new CastVote(proposal.Id, VoteChoice.Against, "")));
        Assert.True((await DescribeAsync(proposal.Id)).HasVoted);
        Assert.IsType<ProposalDecision.NotNow>(await stranger.Send(new AdvanceProposal(proposal.Id, ProposalStep.Queue)));

        await PassAsync(60);
        var queued = Assert.IsType<ProposalDecision.Done>(await stranger.Send(new AdvanceProposal(proposal.Id, ProposalStep.Queue))).Proposal;
        Assert.Equal(ProposalState.Queued, queued.State);
        Assert.Equal(queued.ExecutableAt, Assert.IsType<ProposalDecision.NotNow>(await stranger.Send(new AdvanceProposal(proposal.Id, ProposalStep.Execute))).Proposal.ExecutableAt);
        await PassAsync(41);
        var done = Assert.IsType<ProposalDecision.Done>(await stranger.Send(new AdvanceProposal(proposal.Id, ProposalStep.Execute))).Proposal;

        Assert.Equal(ProposalState.Executed, done.State);
        Assert.Equal(wanted, await market.Parameters.GetAsync());
        // What it changed is told for good.
        Assert.Equal(
            [("AuditBond", "7 SPACE", "9 SPACE"), ("AuditWindow", "1 minute", "2 hours"), ("ProtocolFeeBps", "2 %", "3.5 %")],
            Assert.Single((await DescribeAsync(proposal.Id)).Effects!).Changes.Select(change => (change.Name, change.Old, change.New)).Order());
    }

    /// <summary>Against what it would have changed, whatever was decided since; and nobody says from what a rule was changed that no event tells.</summary>
    [Fact]
    public async Task ProposalThatIsOver_IsToldAsItWas()
    {
        await DelegateAsync();
        var before = await market.Parameters.GetAsync();
        var dead = Assert.IsType<Proposing.Proposed>(await holder.Send(new ProposeParameters(before with { ProtocolFeeBps = 350 }, "Taken back"))).Proposal;
        await holder.Send(new AdvanceProposal(dead.Id, ProposalStep.Cancel));
        var content = new ProposalContent(
            [
                GovernanceClient.SetParameters(market.Parameters.Address, before with { ProtocolFeeBps = 350 }),
                new(Governance.Governor, Wei.Zero, Bytes.Own(new MarketplaceGovernor.SetVotingPeriodCall(172_800).Encode())),
                new(Governance.Governor, Wei.Zero, Bytes.Own(new MarketplaceGovernor.UpdateQuorumNumeratorCall(7).Encode())),
            ], "Two rules");
        var id = Governance.ReadProposed(await chain.SendAsync(chain.Deployer, Governance.Propose(content)));
        await PassAsync(11);
        Assert.Equal(await market.Token.GetBalanceAsync(chain.Deployer.Address), (await DescribeAsync(id)).Votes);
        Assert.Equal(TokenAmount.Zero, (await UseCases.Over(market).Send(new ListProposals(chain.Consumer.Address)))!.Proposals.Single(row => row.Proposal.Id == id).Votes);
        await holder.Send(new CastVote(id, VoteChoice.For, ""));
        await PassAsync(60);
        await stranger.Send(new AdvanceProposal(id, ProposalStep.Queue));
        await PassAsync(41);
        Assert.IsType<ProposalDecision.Done>(await stranger.Send(new AdvanceProposal(id, ProposalStep.Execute)));

        Assert.Equal(("2 %", "3.5 %"), FeeOf(await DescribeAsync(dead.Id)));
        var done = await DescribeAsync(id);
        Assert.Equal(("2 %", "3.5 %"), FeeOf(done));
        Assert.Null(done.Votes);
        Assert.Equal("Changes the time of voting to 2 days.", done.Effects![1].Sentence);
        Assert.Equal("Changes the quorum to 7 % of all tokens.", done.Effects[2].Sentence);

        static (string Old, string New) FeeOf(DescribedProposal row) => row.Effects![0].Changes.Select(change => (change.Old, change.New)).Single();
    }

    [Fact]
    public async Task Proposal_IsTakenBack_BeforeTheVote_ByItsProposerAlone()
    {
        await DelegateAsync();
        var wanted = (await market.Parameters.GetAsync()) with { ProtocolFeeBps = 1 };
        var id = Assert.IsType<Proposing.Proposed>(await holder.Send(new ProposeParameters(wanted, "Less"))).Proposal.Id;

        await Assert.ThrowsAnyAsync<ContractErrorException>(() => stranger.Send(new AdvanceProposal(id, ProposalStep.Cancel)));
        var canceled = Assert.IsType<ProposalDecision.Done>(await holder.Send(new AdvanceProposal(id, ProposalStep.Cancel))).Proposal;

        Assert.Equal(ProposalState.Canceled, canceled.State);
        var past = UseCases.Over(market, new BlockTimes(market.Client));
        foreach (var told in new[] { await past.Send(new ListActivity(chain.Deployer.Address, 100)), await past.Send(new ListMarketActivity(100)) })
        {
            Assert.Equal(("Less", id), Said(Assert.Single(told, entry => entry.Event is MarketplaceGovernor.ProposalCreatedEvent)));
            Assert.Equal(("Less", id), Said(Assert.Single(told, entry => entry.Event is MarketplaceGovernor.ProposalCanceledEvent)));
        }
        Assert.DoesNotContain(await past.Send(new ListActivity(chain.Consumer.Address, 100)), entry => entry.Proposal is not null);
        Assert.IsType<ProposalDecision.Unknown>(await holder.Send(new AdvanceProposal(new ProposalId(Hash256.Zero), ProposalStep.Cancel)));
        Assert.IsType<ProposalDecision.Unknown>(await holder.Send(new CastVote(new ProposalId(Hash256.Zero), VoteChoice.For, "")));

        static (string?, ProposalId?) Said(ActivityEntry entry) => (entry.Title, entry.Proposal);
    }

    /// <summary>The description may say anything; the calls are what happens.</summary>
    [Fact]
    public async Task EveryCall_IsSaidInWords_AndWhatIsNotKnownIsSaidToBeSo()
    {
        var at = market.Deployment;
        (Address Target, IContractCall? Call, string Sentence, bool IsKnown)[] calls =
        [
            (at.MarketplaceParameters, new MarketplaceParameters.SetGuardianCall(Address.Zero), "Takes the guardian away: nobody can pause new agreements any more.", true),
            (at.MarketplaceParameters, new MarketplaceParameters.SetGuardianCall(chain.Owner.Address), $"Makes {chain.Owner.Address} the guardian, who can pause new agreements for a bounded time.", true),
            (at.MarketplaceParameters, new MarketplaceParameters.UnpauseCall(), "Ends the guardian's pause of new agreements.", true),
            (Governance.Governor, new MarketplaceGovernor.SetVotingDelayCall(3_600), "Changes the time from a proposal to its vote from 10 seconds to 1 hour.", true),
            (Governance.Governor, new MarketplaceGovernor.SetVotingPeriodCall(172_800), "Changes the time of voting from 30 seconds to 2 days.", true),
            (Governance.Governor, new MarketplaceGovernor.SetLateQuorumVoteExtensionCall(120), "Changes the time of voting after a late quorum from 20 seconds to 2 minutes.", true),
            (Governance.Governor, new MarketplaceGovernor.SetProposalThresholdCall((System.Numerics.BigInteger)TokenAmount.FromTokens(5).Value), "Changes the votes that a proposal needs from 100 SPACE to 5 SPACE.", true),
            (Governance.Governor, new MarketplaceGovernor.UpdateQuorumNumeratorCall(7), "Changes the quorum from 4 % of all tokens to 7 %.", true),
            (Governance.Timelock, new MarketplaceTimelock.UpdateDelayCall(86_400), "Changes the time that a decision waits before it is executed from 40 seconds to 1 day.", true),
            (at.StorageToken, new StorageToken.TransferCall(chain.Owner.Address, (System.Numerics.BigInteger)TokenAmount.FromTokens(12).Value), $"Pays 12 SPACE out of the treasury to {chain.Owner.Address}.", true),
            (at.AgreementEscrow, new AgreementEscrow.WithdrawCall(chain.Owner.Address), $"Takes all fees that lie in the escrow for the treasury, and pays them to {chain.Owner.Address}.", true),
            (at.StakeVault, new StakeVault.SweepCall(), "Calls the function 0x35faa416 of StakeVault", false),
            (chain.Owner.Address, null, "Calls no function of a contract that is not the market's", false),
        ];
        await DelegateAsync();
        var content = new ProposalContent(
            [.. calls.Select(call => new ProposedCall(call.Target, Wei.Zero, Bytes.Own(call.Call?.Encode() ?? []))), new(chain.Owner.Address, Wei.FromEther(1), Bytes.Empty)],
            "Nothing to see here");
        await chain.SendAsync(chain.Deployer, Governance.Propose(content));

        var described = Assert.Single((await OverviewAsync())!.Proposals);

        Assert.Equal(content.Calls, described.Proposal.Content!.Calls);
        Assert.Equal(calls.Select(call => call.IsKnown).Append(false), described.Effects!.Select(effect => effect.IsKnown));
        Assert.All(calls.Zip(described.Effects!), pair => Assert.StartsWith(pair.First.Sentence, pair.Second.Sentence));
        Assert.Contains("sends 1000000000000000000 wei", described.Effects![^1].Sentence);
    }

    [Fact]
    public async Task ProposalWithATextThatIsNone_HidesNeitherItselfNorOthers()
    {
        await DelegateAsync();
        var wanted = (await market.Parameters.GetAsync()) with { ProtocolFeeBps = 1 };
        var readable = Assert.IsType<Proposing.Proposed>(await holder.Send(new ProposeParameters(wanted, "Less"))).Proposal.Id;
        var content = new ProposalContent([GovernanceClient.SetParameters(market.Parameters.Address, wanted)], new string('~', 40));
        var request = Governance.Propose(content);
        var data = request.Data.ToArray();
        data.AsSpan(data.AsSpan().IndexOf(Encoding.ASCII.GetBytes(content.Description)), 40).Fill(0xff);
        var hidden = Governance.ReadProposed(await chain.SendAsync(chain.Deployer, request with { Data = data }));

        var proposals = (await OverviewAsync())!.Proposals;

        Assert.Equal([hidden, readable], proposals.Select(row => row.Proposal.Id));
        Assert.Equal((null, null), (proposals[0].Proposal.Content, proposals[0].Effects));
        await PassAsync(11);
        Assert.IsType<ProposalDecision.Done>(await holder.Send(new CastVote(hidden, VoteChoice.Against, "Nobody can read it.")));
        Assert.IsType<ProposalDecision.Unreadable>(await holder.Send(new AdvanceProposal(hidden, ProposalStep.Queue)));
    }

    [Fact]
    public async Task MarketThatSomebodyOwns_HasNothingToDecide() =>
        Assert.Null(await UseCases.Over(chain.Market).Send(new ListProposals(null)));

    [Theory]
    [InlineData("0x1", false)]
    [InlineData("-1", false)]
    [InlineData("", false)]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936", false)]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639935", true)]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", true)]
    [InlineData("7", true)]
    public void ProposalId_IsReadAsHexAndAsANumber(string text, bool isRead)
    {
        Assert.Equal(isRead, ProposalId.TryParse(text, out var id));
        if (isRead)
            Assert.True(ProposalId.TryParse(id.ToString(), out var again) && again == id && ProposalId.TryParse(id.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), out again) && again == id);
    }

    /// <summary>What it was paid lies in the escrow until a decision takes it out.</summary>
    [Fact]
    public async Task TreasurysCreditInTheEscrow_IsToldApartFromWhatItHolds()
    {
        var (agreements, amount) = (market.Deployment.StorageAgreements, TokenAmount.FromTokens(3));
        await chain.SendAsync(chain.Deployer, market.Token.Approve(market.Escrow.Address, amount));
        await market.Client.SendAsync("anvil_setBalance", [JsonValue.Create(agreements.ToString()), JsonValue.Create("0xde0b6b3a7640000")]);
        await market.Client.SendAsync("anvil_impersonateAccount", [JsonValue.Create(agreements.ToString())]);
        foreach (var data in new[]
        {
            new AgreementEscrow.DepositCall(1, chain.Deployer.Address, (System.Numerics.BigInteger)amount.Value).Encode(),
            new AgreementEscrow.CreditCall(1, Governance.Timelock, (System.Numerics.BigInteger)amount.Value).Encode(),
        })
        {
            await market.Client.SendAsync(
                "eth_sendTransaction", [new JsonObject { ["from"] = agreements.ToString(), ["to"] = market.Escrow.Address.ToString(), ["data"] = RpcParameters.Bytes(data) }]);
        }

        var overview = (await OverviewAsync())!;

        Assert.Equal((TokenAmount.Zero, amount), (overview.Treasury, overview.TreasuryCredit));
    }

    /// <summary>Votes count from the next second on.</summary>
    async Task<VoterStanding> DelegateAsync()
    {
        var standing = await holder.Send(new DelegateVotes(chain.Deployer.Address));
        Assert.Equal(standing, await holder.Send(new DescribeVoter(standing.Account)));
        await PassAsync(2);
        return standing;
    }

    Task<GovernanceOverview?> OverviewAsync() => UseCases.Over(market).Send(new ListProposals(chain.Deployer.Address));

    async Task<DescribedProposal> DescribeAsync(ProposalId id) => (await OverviewAsync())!.Proposals.Single(row => row.Proposal.Id == id);

    async Task PassAsync(int seconds)
    {
        await market.Client.SendAsync("evm_increaseTime", [JsonValue.Create(seconds)]);
        await chain.MineAsync();
    }
}
