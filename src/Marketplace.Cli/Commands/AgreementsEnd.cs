using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Agreements;
using Marketplace.Chain.Agreements;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;
using MediatR;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace agreements end, close and reclaim</summary>
internal static class AgreementsEnd
{
    static readonly Argument<string> Id = new("id") { Description = "The agreement's number." };

    static readonly Argument<string[]> Ids = AgreementsNamed.CreateIds();
    static readonly Option<bool> Rental = AgreementsNamed.CreateRental();

    public static Command CreateEnd() => new Command(
        "end",
        """
        End agreements early, with one transaction for all of them. Their notice stays payable, the rest of the term is refunded at once; an unanswered
        proposal is taken back. Of several, those that cannot be ended now are named and left out.
        Examples:
          marketplace agreements end 7
          marketplace agreements end 7 --rental     # with all that was rented together with it
        """) { Ids, Rental }.Runs(EndAsync);

    public static Command CreateClose() => new Command(
        "close", "Close an agreement that is over and whose provider's time to collect is over, too; what was not collected is refunded.") { Id }
        .Runs(CloseAsync);

    public static Command CreateReclaim() => new Command(
        "reclaim", "Get back what nobody earned: settles billing cycles in which nothing was proven, closes what is over, and takes back deposits for reading. Then `marketplace wallet withdraw`.")
        .Runs(ReclaimAsync);

    static Task EndAsync(CommandContext context, CancellationToken cancellationToken) => SpendAsync(
        context,
        async (session, cases) =>
        {
            var ids = await AgreementsNamed.ReadAsync(context, session, Ids, Rental, cancellationToken);
            var wallet = WalletAccess.AddressOf(session.Home);
            var quoted = await cases.Send(new QuoteEndings(wallet, ids), cancellationToken);
            var leftOut = quoted.Where(row => row.Reason is not null).ToList();
            if (leftOut.Count == quoted.Count)
                throw leftOut[0] is EndingQuoting.NotNow refused
                    ? new CommandRefusal("agreement-not-active", $"Agreement {refused.Id} cannot be ended: it is {Words(refused.Agreement, refused.Now)}.") : Unknown(leftOut[0].Id);
            var parts = await cases.Send(new PrepareEndings(wallet, [.. quoted.OfType<EndingQuoting.Quoted>().Select(row => row.Quote)]), cancellationToken);
            if (AgreementsNamed.TransactionsText(parts.Count) is { } count)
                context.Terminal.Note(count);
            var done = await AgreementsNamed.SendAsync(
                context.Terminal, parts, quote => quote.Agreement.Id, "ended", part => cases.Send(new EndAgreements(part.Items), cancellationToken));
            TellEnded(context, ids.Count, done, leftOut);
        },
        cancellationToken);

    /// <summary>One agreement that was asked about by itself is the document; of several, they are listed in it.</summary>
    static void TellEnded(CommandContext context, int named, IReadOnlyList<AgreementsEnded> done, List<EndingQuoting> leftOut)
    {
        var ended = done.SelectMany(part => part.Agreements).ToList();
        var rows = ended.Select(row => new { id = row.Agreement.Id, state = row.Agreement.State, end = row.Agreement.End, refunded = row.Refunded }).ToList();
        object document = named == 1 ? rows[0] : new
        {
            refunded = ended.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.Refunded),
            transactions = done.Count,
            agreements = rows,
            leftOut = leftOut.Select(row => new { id = row.Id, reason = row.Reason }),
        };
        context.Terminal.Result(document, console =>
        {
            foreach (var (agreement, refunded) in ended)
                console.WriteLine(agreement.State == AgreementState.Withdrawn
                    ? $"The proposal {agreement.Id} is taken back; {refunded.Space()} are yours again. Take them with `marketplace wallet withdraw`."
                    : $"Agreement {agreement.Id} ends with epoch {agreement.End}: get what is stored under it before. {refunded.Space()} are refunded.");
            foreach (var row in leftOut)
                console.WriteLine($"Left out: agreement {row.Id}. {row.Reason}");
        });
    }

    static Task CloseAsync(CommandContext context, CancellationToken cancellationToken) => SpendAsync(
        context,
        async (session, cases) =>
        {
            var id = TextArguments.ParseAgreement(context.Get(Id));
            var reclaimed = await cases.Send(new ReclaimDeposits(id), cancellationToken);
            if (reclaimed.Agreements is not [var agreement])
                throw Unknown(id);
            if (agreement.State != AgreementState.Ended)
            {
                throw new CommandRefusal(
                    "settlement-open",
                    $"Agreement {id} is {Words(agreement, reclaimed.Now)}; it can be closed after epoch {agreement.End.Value + agreement.SettlementGrace}."
                    + (reclaimed.CyclesSettled == 0 ? "" : $" {reclaimed.Refunded.Space()} of cycles without a proof were refunded."));
            }
            if (reclaimed.Closed.Count == 0)
                throw new CommandRefusal("agreement-closed", $"Agreement {id} was closed before.");
            Tell(context, reclaimed);
        },
        cancellationToken);

    static Task ReclaimAsync(CommandContext context, CancellationToken cancellationToken) => SpendAsync(
        context, async (session, cases) => Tell(context, await cases.Send(new ReclaimDeposits(null), cancellationToken)), cancellationToken);

    static async Task SpendAsync(CommandContext context, Func<ConsumerSession, IMediator, Task> work, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        await WalletUseCases.SpendAsync(context, session, cases => work(session, cases), cancellationToken);
    }

    static void Tell(CommandContext context, Reclaimed reclaimed) => context.Terminal.Result(
        new { cyclesSettled = reclaimed.CyclesSettled, closed = reclaimed.Closed, refunded = reclaimed.Refunded, reading = reclaimed.Reading },
        console => console.WriteLine(reclaimed.CyclesSettled == 0 && reclaimed.Closed.Count == 0 && reclaimed.Reading == TokenAmount.Zero
            ? "There is nothing to reclaim now."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{reclaimed.Total.Space()} came back ({reclaimed.CyclesSettled} cycles without a proof, {reclaimed.Closed.Count} agreements closed, {reclaimed.Reading.Space()} for reading); take them with `marketplace wallet withdraw`.")));

    static string Words(AgreementInfo agreement, Epoch now) => agreement.State switch
    {
        AgreementState.Active when now < agreement.End => $"active until epoch {agreement.End}",
        AgreementState.Active => $"over since epoch {agreement.End}",
        AgreementState.Terminated => $"ended early, with epoch {agreement.End}",
        AgreementState.Proposed => "still a proposal",
        AgreementState.Ended => "closed",
        var state => state.ToString().ToLowerInvariant(),
    };

    internal static CommandRefusal Unknown(AgreementId id) => new("not-found", $"This wallet has no agreement {id}; see `marketplace agreements --all`.");
}
