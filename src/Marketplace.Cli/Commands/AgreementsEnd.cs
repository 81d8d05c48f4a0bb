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

    public static Command CreateEnd() => new Command(
        "end", "End an agreement early. Its notice stays payable, the rest of the term is refunded at once; an unanswered proposal is taken back.") { Id }
        .Runs(EndAsync);

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
            var id = TextArguments.ParseAgreement(context.Get(Id));
            switch (await cases.Send(new EndAgreement(id), cancellationToken))
            {
                case AgreementEnding.Done done:
                    context.Terminal.Result(
                        new { id, state = done.Agreement.State, end = done.Agreement.End, refunded = done.Refunded },
                        console => console.WriteLine(done.Agreement.State == AgreementState.Withdrawn
                            ? $"The proposal {id} is taken back; {done.Refunded.Space()} are yours again. Take them with `marketplace wallet withdraw`."
                            : $"Agreement {id} ends with epoch {done.Agreement.End}: get what is stored under it before. {done.Refunded.Space()} are refunded."));
                    break;
                case AgreementEnding.NotNow refused:
                    throw new CommandRefusal("agreement-not-active", $"Agreement {id} cannot be ended: it is {Words(refused.Agreement, refused.Now)}.");
                default:
                    throw Unknown(id);
            }
        },
        cancellationToken);

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
