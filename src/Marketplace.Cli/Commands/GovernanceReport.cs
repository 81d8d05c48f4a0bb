using System.Globalization;
using Marketplace.Application.Governance;
using Marketplace.Chain.Governance;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>How decisions are told. Descriptions are their proposers' and are shown as text.</summary>
internal static class GovernanceReport
{
    const int MaxDescription = 4_000, ShortDigits = 10;

    public static object ToJson(GovernanceOverview overview) => new
    {
        votingDelaySeconds = overview.Rules.VotingDelay.TotalSeconds,
        votingPeriodSeconds = overview.Rules.VotingPeriod.TotalSeconds,
        timelockDelaySeconds = overview.Rules.TimelockDelay.TotalSeconds,
        proposalThreshold = overview.Rules.ProposalThreshold,
        quorumPercent = overview.Rules.QuorumPercent,
        treasury = overview.Treasury,
        treasuryCredit = overview.TreasuryCredit,
        balance = overview.Voter?.Balance,
        votes = overview.Voter?.Votes,
        delegatedTo = overview.Voter?.Delegate,
        proposals = overview.Proposals.Select(ToJson),
    };

    public static object ToJson(DescribedProposal row) => new
    {
        id = row.Proposal.Id.ToString(),
        state = row.Proposal.State,
        proposer = row.Proposal.Proposer,
        description = row.Proposal.Content?.Description,
        effects = row.Effects?.Select(effect => new
        {
            effect = effect.Sentence,
            known = effect.IsKnown,
            changes = effect.Changes.Select(change => new { name = change.Name, old = change.Old, @new = change.New }),
        }),
        voteStart = row.Proposal.VoteStart,
        voteEnd = row.Proposal.VoteEnd,
        votesFor = row.Proposal.Tally.For,
        votesAgainst = row.Proposal.Tally.Against,
        abstained = row.Proposal.Tally.Abstained,
        quorum = row.Proposal.Tally.Quorum,
        executableAt = row.Proposal.ExecutableAt,
        voted = row.HasVoted,
    };

    public static void Show(IAnsiConsole console, GovernanceOverview overview)
    {
        if (overview.Voter is { } voter)
        {
            console.WriteLine(
                $"This wallet has {voter.Balance.Space()}, whose votes count for {(voter.Delegate is { } to ? to == voter.Account ? "itself" : to.ToString() : "nobody: `marketplace governance delegate self`")}; {voter.Votes.Space()} of votes count for it.");
        }
        console.WriteLine(
            $"A proposal takes {overview.Rules.ProposalThreshold.Space()} of votes, its adoption {overview.Rules.QuorumPercent} % of all tokens and more for it than against. The treasury has {overview.Treasury.Space()}{(overview.TreasuryCredit > TokenAmount.Zero ? $", and {overview.TreasuryCredit.Space()} in the escrow, which a decision can take out" : "")}.");
        if (overview.Proposals.Count == 0)
        {
            console.WriteLine("Nothing was ever proposed.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("Proposal", "State", "For", "Against", "Quorum", "What it does");
        foreach (var row in overview.Proposals)
        {
            var tally = row.Proposal.Tally;
            table.AddRow([.. new[]
            {
                Short(row.Proposal.Id), Words(row.Proposal) + (row.HasVoted ? ", voted" : ""), tally.For.ToTokens(), tally.Against.ToTokens(),
                tally.HasQuorum ? "reached" : $"{tally.Quorum.ToTokens()}", row.Effects is null ? "cannot be read" : string.Join(' ', row.Effects.Select(effect => effect.Sentence)),
            }.Select(cell => new Text(cell))]);
        }
        console.Write(table);
    }

    public static void Show(IAnsiConsole console, DescribedProposal row)
    {
        var (proposal, tally) = (row.Proposal, row.Proposal.Tally);
        console.WriteLine($"Proposal {proposal.Id} by {proposal.Proposer} is {Words(proposal)}.");
        console.WriteLine($"Votes: {tally.For.Space()} for, {tally.Against.Space()} against, {tally.Abstained.Space()} abstained; the quorum is {tally.Quorum.Space()}.");
        console.WriteLine($"The vote is from {AuditsCommand.Time(proposal.VoteStart)} to {AuditsCommand.Time(proposal.VoteEnd)}{(row.HasVoted ? "; this wallet has voted" : "")}.");
        if (row.Effects is null)
        {
            console.WriteLine("What it says cannot be read, so that nobody can say what it does.");
            return;
        }
        console.WriteLine("What it does:");
        foreach (var effect in row.Effects)
        {
            console.WriteLine($"  {(effect.IsKnown ? "" : "! ")}{effect.Sentence}");
            if (effect.Changes.Count > 0)
                ShowChanges(console, effect.Changes, proposal.IsOver ? "Before" : "Now");
        }
        console.WriteLine("In its proposer's words:");
        foreach (var line in proposal.Content!.Description.Split('\n'))
            console.WriteLine("  " + Printable.Escape(line, MaxDescription));
    }

    public static void ShowChanges(IAnsiConsole console, IReadOnlyList<ParameterChange> changes, string old = "Now")
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Number", old, "Then", "What it is");
        foreach (var change in changes)
            table.AddRow([.. new[] { change.Name, change.Old, change.New, change.Meaning }.Select(cell => new Text(cell))]);
        console.Write(table);
    }

    public static void ShowParameters(IAnsiConsole console, IReadOnlyList<ParameterChange> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Number", "Value", "What it is");
        foreach (var row in rows)
            table.AddRow([.. new[] { row.Name, row.Old, row.Meaning }.Select(cell => new Text(cell))]);
        console.Write(table);
    }

    public static string Short(ProposalId id) => id.ToString()[..ShortDigits];

    public static string Words(Proposal proposal) => proposal.State switch
    {
        ProposalState.Pending => $"to be voted on from {AuditsCommand.Time(proposal.VoteStart)}",
        ProposalState.Active => $"voted on until {AuditsCommand.Time(proposal.VoteEnd)}",
        ProposalState.Canceled => "taken back",
        ProposalState.Defeated => proposal.Tally.HasQuorum ? "voted down" : "without the quorum",
        ProposalState.Succeeded => "adopted, to be queued",
        ProposalState.Queued => $"queued, to be executed from {(proposal.ExecutableAt is { } at ? AuditsCommand.Time(at) : "a time unknown")}",
        ProposalState.Executed => "in force",
        _ => proposal.State.ToString().ToLower(CultureInfo.InvariantCulture),
    };
}
