using System.CommandLine;
using Marketplace.Application.Governance;
using Marketplace.Chain.Governance;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace governance …</summary>
internal static class GovernanceCommands
{
    static readonly Argument<string> Id = new("proposal") { Description = "The proposal's number, or enough of its first digits: 0x3fa2." };
    static readonly Argument<string> To = new("to") { Description = "An address, or `self`." };
    static readonly Argument<string> Choice = new("choice") { Description = "for, against or abstain." };
    static readonly Option<string?> Reason = new("--reason") { Description = "Why, for everybody to read.", HelpName = "TEXT" };
    static readonly Option<string[]> Set = new("--set")
    {
        Description = "A number to change, as NAME=VALUE; `governance parameters` lists them. Can be given again.", HelpName = "NAME=VALUE", Required = true,
    };

    static readonly Option<string> Summary = new("--summary") { Description = "Why, for the voters.", HelpName = "TEXT", Required = true };
    static readonly Option<bool> Yes = Spending.CreateYes();

    public static Command Create() => new Command(
        "governance",
        """
        See what the token's holders decide, and decide with them. Votes count once they are delegated, to yourself or to somebody you trust; the tokens stay yours.
        Examples:
          marketplace governance
          marketplace governance delegate self
          marketplace governance propose --set AuditBond=8 --set ProtocolFeeBps=1.5% --summary "Cheaper storage, dearer audits"
          marketplace governance vote 0x3fa2 for --reason "Fewer nuisance audits"
          marketplace governance queue 0x3fa2      # once it is adopted
          marketplace governance execute 0x3fa2    # once it has waited
        """)
    {
        new Command("show", "Show one proposal: what it does, call by call, its proposer's words, and its votes.") { Id }.Runs(ShowAsync),
        new Command("parameters", "Show the numbers that govern the market.").Runs(ParametersAsync),
        new Command("delegate", "Let the votes of the wallet's tokens count for somebody, or for the wallet itself.") { To }.Runs(DelegateAsync),
        new Command("propose", "Propose other numbers for the market. Takes as many votes as `governance` shows.") { Set, Summary, Yes }.Runs(ProposeAsync),
        new Command("vote", "Vote with all of the wallet's votes. A vote cannot be changed.") { Id, Choice, Reason }.Runs(VoteAsync),
        new Command("queue", "Give an adopted proposal to the timelock.") { Id }.Runs((context, token) => AdvanceAsync(context, ProposalStep.Queue, token)),
        new Command("execute", "Do what was adopted and has waited in the timelock.") { Id }.Runs((context, token) => AdvanceAsync(context, ProposalStep.Execute, token)),
        new Command("cancel", "Take a proposal of the wallet's back, before the vote begins.") { Id }.Runs((context, token) => AdvanceAsync(context, ProposalStep.Cancel, token)),
    }.Runs(ListAsync);

    static async Task ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var overview = await ReadAsync(session, cancellationToken);
        context.Terminal.Result(GovernanceReport.ToJson(overview), console => GovernanceReport.Show(console, overview));
    }

    static async Task ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var proposal = Find(await ReadAsync(session, cancellationToken), context.Get(Id));
        context.Terminal.Result(GovernanceReport.ToJson(proposal), console => GovernanceReport.Show(console, proposal));
    }

    static async Task ParametersAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var rows = ParameterTable.Describe(await session.Market.Parameters.GetAsync(cancellationToken: cancellationToken));
        context.Terminal.Result(
            new { parameters = rows.Select(row => new { name = row.Name, value = row.Old, meaning = row.Meaning }) },
            console => GovernanceReport.ShowParameters(console, rows));
    }

    static async Task DelegateAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        await ReadAsync(session, cancellationToken);
        var to = context.Get(To) == "self" ? WalletAccess.AddressOf(session.Home) : TextArguments.ParseAddress(context.Get(To));
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            var standing = await cases.Send(new DelegateVotes(to), cancellationToken);
            context.Terminal.Result(
                new { account = standing.Account, balance = standing.Balance, votes = standing.Votes, delegatedTo = standing.Delegate },
                console => console.WriteLine($"The votes of this wallet's {standing.Balance.Space()} count for {to}; {standing.Votes.Space()} of votes count for this wallet."));
        }, cancellationToken);
    }

    static async Task ProposeAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var summary = context.Get(Summary).Trim();
        if (summary.Length == 0)
            throw new CommandRefusal("option-invalid", "--summary is for the voters: say why.");
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        await ReadAsync(session, cancellationToken);
        var now = await session.Market.Parameters.GetAsync(cancellationToken: cancellationToken);
        var limits = await WalletUseCases.Reading(session).Send(new ReadParameterLimits(), cancellationToken);
        var wanted = ParameterText.Apply(now, limits, context.Get(Set));
        var changes = ParameterTable.Compare(now, wanted);
        Spending.Confirm(context, Yes, console => GovernanceReport.ShowChanges(console, changes), "Propose this?");
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            switch (await cases.Send(new ProposeParameters(wanted, summary), cancellationToken))
            {
                case Proposing.Proposed(var proposal, var transaction):
                    context.Terminal.Result(
                        new { id = proposal.Id.ToString(), transaction, voteStart = proposal.VoteStart, voteEnd = proposal.VoteEnd },
                        console => console.WriteLine($"Proposed as {proposal.Id}. The vote begins at {AuditsCommand.Time(proposal.VoteStart)} and ends at {AuditsCommand.Time(proposal.VoteEnd)}."));
                    break;
                case Proposing.NotEnoughVotes few:
                    throw new CommandRefusal(
                        "not-enough-votes", $"A proposal takes {few.Needed.Space()} of votes, and this wallet has {few.Votes.Space()}: `marketplace governance delegate self` lets its tokens count.");
                case Proposing.Refused(var reason):
                    throw new CommandRefusal("parameters-refused", reason);
                case Proposing.NothingChanges:
                    throw new CommandRefusal("nothing-changes", "These are the market's numbers already.");
            }
        }, cancellationToken);
    }

    static Task VoteAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (!Enum.TryParse<VoteChoice>(context.Get(Choice), ignoreCase: true, out var choice) || !Enum.IsDefined(choice) || int.TryParse(context.Get(Choice), out _))
            throw new CommandRefusal("option-invalid", $"'{Printable.Escape(context.Get(Choice), 40)}' is no vote: for, against or abstain.");
        return DecideAsync(context, id => new CastVote(id, choice, context.Get(Reason) ?? ""), "voted on", cancellationToken);
    }

    static Task AdvanceAsync(CommandContext context, ProposalStep step, CancellationToken cancellationToken) => DecideAsync(
        context, id => new AdvanceProposal(id, step),
        step switch { ProposalStep.Queue => "queued", ProposalStep.Execute => "executed", _ => "taken back" }, cancellationToken);

    static async Task DecideAsync(
        CommandContext context, Func<ProposalId, MediatR.IRequest<ProposalDecision>> request, string verb, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var id = Find(await ReadAsync(session, cancellationToken), context.Get(Id)).Proposal.Id;
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            switch (await cases.Send(request(id), cancellationToken))
            {
                case ProposalDecision.Done(var proposal, var transaction):
                    context.Terminal.Result(
                        new { id = id.ToString(), state = proposal.State, transaction, executableAt = proposal.ExecutableAt },
                        console => console.WriteLine($"Proposal {GovernanceReport.Short(id)} is {verb}; it is {GovernanceReport.Words(proposal)}."));
                    break;
                case ProposalDecision.NotNow(var proposal):
                    throw new CommandRefusal("proposal-not-ready", $"Proposal {GovernanceReport.Short(id)} cannot be {verb} now: it is {GovernanceReport.Words(proposal)}.");
                case ProposalDecision.NoVotes(var proposal):
                    throw new CommandRefusal(
                        "no-votes", $"This wallet had no votes when the vote began at {AuditsCommand.Time(proposal.VoteStart)}. `marketplace governance delegate self` lets its tokens count for later ones.");
                case ProposalDecision.HasVoted:
                    throw new CommandRefusal("has-voted", "This wallet has voted on it; a vote cannot be changed.");
                case ProposalDecision.Unreadable:
                    throw new CommandRefusal("proposal-unreadable", "What this proposal says cannot be read, so that nobody can say what it does. Vote against it.");
                case ProposalDecision.Unknown:
                    throw NotFound(id.ToString());
            }
        }, cancellationToken);
    }

    static async Task<GovernanceOverview> ReadAsync(ConsumerSession session, CancellationToken cancellationToken) =>
        await WalletUseCases.Reading(session).Send(new ListProposals(WalletAccess.AddressOf(session.Home)), cancellationToken)
        ?? throw new CommandRefusal("not-governed", "This market has no governor: its deployer may change its numbers.");

    static DescribedProposal Find(GovernanceOverview overview, string text)
    {
        const int fewest = 4;
        var isPrefix = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Length >= 2 + fewest && text[2..].All(char.IsAsciiHexDigit);
        var found = overview.Proposals.Where(row => isPrefix
            ? row.Proposal.Id.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase)
            : ProposalId.TryParse(text, out var id) && row.Proposal.Id == id).ToList();
        return found switch
        {
            [var only] => only,
            [] => throw NotFound(text),
            _ => throw new CommandRefusal("option-invalid", $"{found.Count} proposals begin with {Printable.Escape(text, 70)}: give more digits."),
        };
    }

    static CommandRefusal NotFound(string text) =>
        new("not-found", $"There is no proposal {Printable.Escape(text, 80)}; see `marketplace governance`.");
}
