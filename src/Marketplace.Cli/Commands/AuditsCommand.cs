using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Audits;
using Marketplace.Chain.Audits;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace audits …</summary>
internal static class AuditsCommand
{
    static readonly Argument<string> Id = new("audit") { Description = "The audit's number." };

    public static Command Create() => new Command(
        "audits",
        """
        Show the audits that this wallet demanded, and what came of them. `marketplace agreements audit` demands one.
        Examples:
          marketplace audits
          marketplace audits conclude 3   # after a deadline that passed without an answer
        """)
    {
        new Command(
            "conclude", "Bring an audit to its end whose deadline passed without an answer: the provider is slashed, the agreement void, and the bond given back.") { Id }
            .Runs(ConcludeAsync),
    }.Runs(ListAsync);

    /// <summary>One sentence for people.</summary>
    internal static string Describe(AuditInfo audit) => audit.State switch
    {
        AuditState.Demanded => $"Audit {audit.Id} of agreement {audit.Agreement} is demanded: the provider has until {Time(audit.Deadline)}. Then see `marketplace audits`.",
        AuditState.Answered => $"Audit {audit.Id}: the provider of agreement {audit.Agreement} showed leaf {audit.Leaf}; the bond of {audit.Bond.Space()} is its.",
        AuditState.Superseded => $"Audit {audit.Id}: the provider of agreement {audit.Agreement} showed a later revision; the bond of {audit.Bond.Space()} is its.",
        _ => $"Audit {audit.Id}: the provider of agreement {audit.Agreement} failed. The agreement is void; take refund and bond with `marketplace wallet withdraw`, and your part of the slash with `marketplace agreements claim`.",
    };

    internal static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    static async Task ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var overview = await WalletUseCases.Reading(session).Send(new ListAudits(WalletAccess.AddressOf(session.Home), Provider: null), cancellationToken);
        context.Terminal.Result(new { audits = overview.Audits.Select(audit => ToJson(audit, overview.Now)) }, console => Show(console, overview));
    }

    static async Task ConcludeAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var id = TextArguments.ParseAudit(context.Get(Id));
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            switch (await cases.Send(new ConcludeAudit(id), cancellationToken))
            {
                case AuditConclusion.Failed failed:
                    context.Terminal.Result(
                        new { audit = id, state = failed.Audit.State, refunded = failed.Refunded, bond = failed.Audit.Bond },
                        console => console.WriteLine(Describe(failed.Audit)));
                    break;
                case AuditConclusion.NotYet open:
                    throw new CommandRefusal("audit-open", $"Audit {id} can still be answered until {Time(open.Audit.Deadline)}; conclude it afterwards.");
                case AuditConclusion.Over over:
                    throw new CommandRefusal("audit-over", Describe(over.Audit));
                default:
                    throw new CommandRefusal("not-found", $"There is no audit {id}; see `marketplace audits`.");
            }
        }, cancellationToken);
    }

    static object ToJson(AuditInfo audit, DateTimeOffset now) => new
    {
        audit = audit.Id,
        agreement = audit.Agreement,
        state = audit.State,
        revision = audit.Revision.Number,
        leaf = audit.Leaf,
        demandedAt = audit.DemandedAt,
        deadline = audit.Deadline,
        canBeConcluded = CanBeConcluded(audit, now),
        bond = audit.Bond,
        penalty = audit.Penalty,
    };

    static bool CanBeConcluded(AuditInfo audit, DateTimeOffset now) => audit.State == AuditState.Demanded && now > audit.Deadline;

    static void Show(IAnsiConsole console, AuditOverview overview)
    {
        if (overview.Audits.Count == 0)
        {
            console.WriteLine("This wallet has demanded no audit; see `marketplace agreements audit --help`.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("Audit", "Agreement", "Revision", "Leaf", "State", "Deadline", "Bond", "Penalty");
        foreach (var audit in overview.Audits)
        {
            var state = CanBeConcluded(audit, overview.Now) ? "unanswered: conclude it" : audit.State.ToString().ToLowerInvariant();
            table.AddRow([.. new[]
            {
                audit.Id.ToString(), audit.Agreement.ToString(), audit.Revision.Number.ToString(CultureInfo.InvariantCulture),
                audit.Leaf.ToString(CultureInfo.InvariantCulture), state, Time(audit.Deadline), audit.Bond.Space(), audit.Penalty.Space(),
            }.Select(cell => new Text(cell))]);
        }
        console.Write(table);
    }
}
