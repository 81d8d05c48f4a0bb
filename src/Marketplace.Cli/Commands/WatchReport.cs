using System.Globalization;
using Marketplace.Application.Audits;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>How what a watch found is told.</summary>
internal static class WatchReport
{
    public static object ToJson(AgreementWatch watch, PursuedAudits? done) => new
    {
        fine = watch.IsFine,
        epoch = watch.Now,
        agreements = watch.Agreements.Select(ToJson),
        unlisted = watch.Unlisted,
        unanswered = watch.Unanswered.Select(audit => audit.Id),
        compensation = watch.Compensation,
        done = done is null ? null : new
        {
            failed = done.Failed.Select(audit => new { audit = audit.Id, agreement = audit.Agreement, bond = audit.Bond, penalty = audit.Penalty }),
            demanded = done.Demanded.Select(audit => new { audit = audit.Id, agreement = audit.Agreement, leaf = audit.Leaf, bond = audit.Bond, deadline = audit.Deadline }),
            refunded = done.Refunded,
            bondsReturned = done.BondsReturned,
            compensated = done.Compensated,
            refusals = done.Refusals,
        },
    };

    public static void Show(IAnsiConsole console, AgreementWatch watch, PursuedAudits? done)
    {
        if (watch.Agreements.Count == 0)
            console.WriteLine("No agreement of this vault runs.");
        else
            console.Write(ToTable(watch));
        foreach (var row in watch.Agreements.Where(row => !row.Health.IsFine || row.Open is not null))
            console.WriteLine($"{row.Health.Agreement.Id}: {Explain(row)}");
        if (watch.Unlisted.Count > 0)
            console.WriteLine($"Not in this catalog, and not watched: {string.Join(", ", watch.Unlisted)}. Run `marketplace recover`.");
        foreach (var audit in watch.Unanswered.Where(audit => done?.Failed.Any(failed => failed.Id == audit.Id) != true))
            console.WriteLine($"Audit {audit.Id} of agreement {audit.Agreement} was not answered: conclude it with --audit.");
        if (done is not null)
            Show(console, done);
        else if (watch.Compensation > TokenAmount.Zero)
            console.WriteLine($"{watch.Compensation.Space()} of slashed stake are yours: `marketplace agreements claim`.");
    }

    static void Show(IAnsiConsole console, PursuedAudits done)
    {
        foreach (var audit in done.Demanded.Concat(done.Failed))
            console.WriteLine(AuditsCommand.Describe(audit));
        if (done.Failed.Count > 0)
            console.WriteLine($"Refunded {done.Refunded.Space()}, and {done.BondsReturned.Space()} of bonds: `marketplace wallet withdraw`.");
        if (done.Compensated > TokenAmount.Zero)
            console.WriteLine($"Compensated with {done.Compensated.Space()} of slashed stake, in the wallet now.");
        foreach (var refusal in done.Refusals)
            console.WriteLine(Printable.Escape(refusal, 400));
    }

    static object ToJson(WatchedAgreement row) => new
    {
        id = row.Health.Agreement.Id,
        provider = row.Health.Agreement.Provider,
        standing = row.Health.Standing,
        signed = row.Health.Held.Revision.Number,
        node = ToJson(row.Health.Node),
        binds = row.Health.Binds,
        nodeProblem = row.Health.NodeProblem,
        chain = ToJson(row.Health.Chain),
        lastProven = row.Health.LastProven,
        openAudit = row.Open?.Id,
        deadline = row.Open?.Deadline,
        bond = row.Remedy?.Bond,
        penalty = row.Remedy?.Penalty,
        hindrance = row.Hindrance,
    };

    static object? ToJson(ShownContents? shown) =>
        shown is null ? null : new { revision = shown.Contents.Revision, leaves = shown.Contents.Weight, committedIn = shown.CommittedIn, by = shown.By };

    static Table ToTable(AgreementWatch watch)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Agreement", "Provider", "Signed", "Shown", "Last proof", "");
        foreach (var row in watch.Agreements)
        {
            var health = row.Health;
            table.AddRow([.. new[]
            {
                health.Agreement.Id.ToString(), health.Agreement.Provider.ToString(), Number(health.Held.Revision.Number),
                health.Shown is { } shown ? $"{Number(shown.Contents.Revision)} (epoch {shown.CommittedIn})" : "nothing",
                health.LastProven is { } proven ? $"epoch {proven}" : "none", row.Open is null ? Verdict(health.Standing) : "audited",
            }.Select(cell => new Text(cell))]);
        }
        return table;
    }

    static string Verdict(ProofStanding standing) => standing switch
    {
        ProofStanding.Newest => "ok",
        ProofStanding.Early => "ok so far",
        ProofStanding.Empty => "empty",
        ProofStanding.Older => "OLDER",
        ProofStanding.NotShown => "NOT SHOWN",
        ProofStanding.NotProven => "NOT PROVEN",
        ProofStanding.NotBinding => "NOT BINDING",
        ProofStanding.Conflicting => "CONFLICTING",
        ProofStanding.Silent => "SILENT",
        _ => "UNKNOWN",
    };

    static string Explain(WatchedAgreement row)
    {
        if (row.Open is { } open)
            return $"audit {open.Id} waits for its answer until {AuditsCommand.Time(open.Deadline)}.";
        var (health, shown) = (row.Health, row.Health.Shown);
        var what = health.Standing switch
        {
            ProofStanding.Older =>
                $"the checkpoint of epoch {shown!.CommittedIn} holds revision {Number(shown.Contents.Revision)}, although a later one was signed before: the provider may have dropped what you stored.",
            ProofStanding.NotShown => $"nothing shows that it is in what the provider proves. Its node: {Problem(health)}",
            ProofStanding.Silent =>
                $"the provider proves, but its node does not tell what: {Problem(health)}. If it is so in a later epoch too, only an audit shows whether your data is there.",
            ProofStanding.Conflicting =>
                $"the provider shows other contents as revision {Number(shown!.Contents.Revision)} than those that it countersigned: ones that your key signed too and that it had refused. It may have dropped what you stored.",
            ProofStanding.NotProven => "the provider has proven none of the last epochs.",
            ProofStanding.NotBinding => Countersign(health),
            _ => "the provider shows contents that your key signed and this catalog does not know. If you changed them on another machine, run `marketplace recover`; if not, your data key was stolen: end the agreement and open a new one.",
        };
        if (health is { Binds: false, CallsForAudit: true })
            return $"{what} {Countersign(health)}";
        return row switch
        {
            { Remedy: { } quote } => $"{what} An audit takes a bond of {quote.Bond.Space()}, and failing it costs the provider {quote.Penalty.Space()}.",
            { Hindrance: { } hindrance } => $"{what} It cannot be audited now: {hindrance}",
            _ => what,
        };
    }

    static string Countersign(ProofHealth health) =>
        $"the provider replaced the key with which it countersigned, so that what you hold does not bind it for space that was added since, and cannot be audited: run `marketplace agreements countersign {health.Agreement.Id}`.";

    static string Problem(ProofHealth health) => Printable.Escape(health.NodeProblem ?? "no answer", 200);

    static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
