using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Audits;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace agreements audit</summary>
internal static class AgreementsAudit
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    static readonly Argument<string> Id = new("id") { Description = "The agreement's number." };
    static readonly Option<ulong?> Leaf = new("--leaf") { Description = "The leaf of 1,024 bytes to demand, counted from 0 (default: a random one).", HelpName = "N" };
    static readonly Option<string?> Object = new("--object") { Description = "Demand a random leaf of this object.", HelpName = "NAME" };
    static readonly Option<bool> Wait = new("--wait") { Description = "Wait for the answer; when the deadline passes without one, conclude. Exits with 1 when the provider failed." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show the bond and the penalty, but demand nothing." };
    static readonly Option<bool> Yes = Spending.CreateYes();

    public static Command Create() => new Command(
        "audit",
        """
        Make a provider show on chain one leaf of what it signed to keep. You put up a bond: if the provider answers in time, the bond pays it for that; if it
        does not, it is slashed, the agreement is void, what was not earned is refunded, and the bond comes back. See `marketplace audits`.
        Examples:
          marketplace agreements audit 7 --dry-run
          marketplace agreements audit 7 --object holiday.tar --wait
        """) { Id, Leaf, Object, Wait, DryRun, Yes }.Runs(RunAsync);

    static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var id = TextArguments.ParseAgreement(context.Get(Id));
        if (context.Get(Leaf) is not null && context.Get(Object) is not null)
            throw new CommandRefusal("option-invalid", "Say either --leaf or --object, not both.");
        using var session = await VaultSession.OpenAsync(context, cancellationToken);
        var (market, wallet) = (session.Consumer.Market, WalletAccess.AddressOf(session.Consumer.Home));
        var held = HeldOf(session.Client, id);
        var quote = await QuoteAsync(session.Consumer, new QuoteAudit(wallet, id, held, LeafOf(context, session.Client, id)), cancellationToken);
        if (context.Get(DryRun))
        {
            context.Terminal.Result(ToJson(quote, null), console => Show(console, quote));
            return CommandRunner.Success;
        }
        Spending.RequireTokens(await market.Token.GetBalanceAsync(wallet, cancellationToken: cancellationToken), quote.Bond);
        Spending.Confirm(context, Yes, console => Show(console, quote), $"Put up a bond of {quote.Bond.Space()}?");
        AuditInfo? audit = null;
        await WalletUseCases.SpendAsync(context, session.Consumer, async cases =>
        {
            switch (await cases.Send(new DemandAudit(quote), cancellationToken))
            {
                case AuditDemand.NotEnoughTokens missing:
                    Spending.RequireTokens(missing.Balance, missing.Needed);
                    break;
                case AuditDemand.Demanded demanded:
                    audit = demanded.Audit;
                    break;
            }
            if (context.Get(Wait) && await WaitAsync(context, session.Consumer, audit!, cancellationToken) is { State: AuditState.Demanded })
                await cases.Send(new ConcludeAudit(audit!.Id), cancellationToken);
        }, cancellationToken);
        if (context.Get(Wait))
            audit = await market.Audits.FindAsync(audit!.Id, cancellationToken: cancellationToken) ?? audit;
        context.Terminal.Result(ToJson(quote, audit), console => console.WriteLine(AuditsCommand.Describe(audit!)));
        return audit!.State == AuditState.Failed ? CommandRunner.Failure : CommandRunner.Success;
    }

    /// <summary>The audit when it was answered, or as it is when its deadline has passed.</summary>
    static async Task<AuditInfo> WaitAsync(CommandContext context, ConsumerSession session, AuditInfo audit, CancellationToken cancellationToken)
    {
        context.Terminal.Note($"Audit {audit.Id} is demanded; the provider has until {AuditsCommand.Time(audit.Deadline)}...");
        while (true)
        {
            var head = await session.Market.Client.GetHeaderAsync(Ethereum.Primitives.BlockTag.Latest, cancellationToken);
            var now = await session.Market.Audits.FindAsync(audit.Id, cancellationToken: cancellationToken) ?? audit;
            if (now.State != AuditState.Demanded || head?.Timestamp > audit.Deadline)
                return now;
            await Task.Delay(Poll, context.Time, cancellationToken);
        }
    }

    static HeldRevision HeldOf(MarketplaceClient client, AgreementId id)
    {
        if (client.FindAgreement(id) is not { } agreement)
            throw new CommandRefusal("not-found", $"The catalog knows no agreement {id}; see `marketplace agreements`, and `marketplace recover` for a vault that was used elsewhere.");
        if (agreement is not { ConsumerSignature: { } consumer, ProviderSignature: { } provider, Revision: { Weight: > 0 } revision })
            throw new CommandRefusal("nothing-stored", $"Nothing is stored under agreement {id}, so there is nothing to audit.");
        return new HeldRevision(new RevisionInfo(revision.Number, revision.DataRoot, revision.Weight), consumer, provider);
    }

    static ulong? LeafOf(CommandContext context, MarketplaceClient client, AgreementId id)
    {
        if (context.Get(Object) is not { } text)
            return context.Get(Leaf);
        var name = ObjectArguments.Parse(text);
        return client.DrawLeaf(client.FindVersion(name), id)
            ?? throw new CommandRefusal("nothing-stored", $"Agreement {id} holds nothing of '{ObjectArguments.Shown(name)}'; `marketplace stat` shows which do.");
    }

    static async Task<AuditQuote> QuoteAsync(ConsumerSession session, QuoteAudit request, CancellationToken cancellationToken)
    {
        switch (await WalletUseCases.Reading(session).Send(request, cancellationToken))
        {
            case AuditQuoting.Quoted quoted:
                return quoted.Quote;
            case AuditQuoting.NotNow late:
                throw new CommandRefusal("agreement-not-active", late.Agreement.State is AgreementState.Active or AgreementState.Terminated
                    ? $"It is too late: agreement {request.Agreement} ends at {AuditsCommand.Time(late.EndsAt)}, and an answer may take {Figures.Duration(late.Window)}. Extend it first."
                    : $"Agreement {request.Agreement} does not run; only what runs can be audited.");
            case AuditQuoting.Open open:
                throw new CommandRefusal("audit-open", $"Audit {open.Audit.Id} of agreement {request.Agreement} is open until {AuditsCommand.Time(open.Audit.Deadline)}; see `marketplace audits`.");
            case AuditQuoting.Stale stale:
                throw new CommandRefusal("revision-stale", $"The provider showed revision {stale.Acknowledged} on chain, the catalog has {stale.Held}; bring it up to date with `marketplace recover`.");
            case AuditQuoting.NoSuchLeaf none:
                throw new CommandRefusal("option-invalid", $"The revision has {none.Weight} leaves, numbered from 0; there is no leaf {none.Leaf}.");
            default:
                throw AgreementsEnd.Unknown(request.Agreement);
        }
    }

    static object ToJson(AuditQuote quote, AuditInfo? audit) => new
    {
        demanded = audit is not null,
        audit = audit?.Id,
        agreement = quote.Agreement.Id,
        provider = quote.Agreement.Provider,
        revision = quote.Held.Revision.Number,
        leaf = quote.Leaf,
        bond = audit?.Bond ?? quote.Bond,
        penalty = audit?.Penalty ?? quote.Penalty,
        windowSeconds = (long)quote.Window.TotalSeconds,
        state = audit?.State,
        deadline = audit?.Deadline,
    };

    static void Show(IAnsiConsole console, AuditQuote quote)
    {
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Leaf {quote.Leaf} of {quote.Held.Revision.Weight} in revision {quote.Held.Revision.Number} of agreement {quote.Agreement.Id}, from {quote.Agreement.Provider}"));
        console.WriteLine($"Bond      {quote.Bond.Space()}: the provider's if it answers, yours again if it does not");
        console.WriteLine($"Penalty   {quote.Penalty.Space()} of its stake if it does not answer within {Figures.Duration(quote.Window)}");
    }
}
