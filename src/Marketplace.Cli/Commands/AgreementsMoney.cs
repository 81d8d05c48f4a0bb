using System.CommandLine;
using Marketplace.Application.Agreements;
using Marketplace.Chain.Agreements;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Reading;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace agreements claim and deposit</summary>
internal static class AgreementsMoney
{
    static readonly Argument<string?> Only = new("id") { Description = "One agreement's number (default: all of the wallet's).", Arity = ArgumentArity.ZeroOrOne };
    static readonly Argument<string[]> Ids = new("id") { Description = "Agreements' numbers; each gets the same amount.", Arity = ArgumentArity.OneOrMore };
    static readonly Option<string?> Amount = new("--amount") { Description = "Tokens for each agreement, such as 2.5.", HelpName = "TOKENS" };
    static readonly Option<ulong> ToRead = new("--read") { Description = "Pay for reading so many GiB from each agreement, at its own price.", HelpName = "GIB" };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show the price, but pay nothing." };
    static readonly Option<bool> Yes = Spending.CreateYes();

    public static Command CreateClaim() => new Command(
        "claim",
        """
        Take your part of what your providers were slashed for, straight into the wallet. It waits for ever, also after the agreement's end.
        Examples:
          marketplace agreements claim
          marketplace agreements claim 7
        """) { Only }.Runs(ClaimAsync);

    public static Command CreateDeposit() => new Command(
        "deposit",
        """
        Pay in advance for reading, where a provider asks for that: what you read is signed for, and paid out of this at most. The rest comes back by
        `marketplace agreements reclaim` once the agreement is over.
        Examples:
          marketplace agreements deposit 7 --read 100
          marketplace agreements deposit 7 8 9 --amount 0.5
        """) { Ids, Amount, ToRead, DryRun, Yes }.Runs(DepositAsync);

    static async Task ClaimAsync(CommandContext context, CancellationToken cancellationToken)
    {
        AgreementId? only = context.Get(Only) is { } text ? TextArguments.ParseAgreement(text) : null;
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            var claim = await cases.Send(new ClaimCompensation(only), cancellationToken);
            if (!claim.IsKnown)
                throw AgreementsEnd.Unknown(only!.Value);
            context.Terminal.Result(
                new { claimed = claim.Total, agreements = claim.Paid.Select(row => new { id = row.Agreement, amount = row.Amount }) },
                console => console.WriteLine(claim.Paid.Count == 0
                    ? "There is nothing to claim: none of your providers was slashed for it."
                    : $"{claim.Total.Space()} of slashed stake are in the wallet: {string.Join(", ", claim.Paid.Select(row => $"{row.Amount.Space()} for agreement {row.Agreement}"))}."));
        }, cancellationToken);
    }

    static async Task DepositAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var ids = context.Get(Ids).Select(TextArguments.ParseAgreement).ToList();
        if (ids.Distinct().Count() < ids.Count)
            throw new CommandRefusal("option-invalid", "Name each agreement once.");
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var wallet = WalletAccess.AddressOf(session.Home);
        var amounts = await AmountsAsync(context, session, ids, cancellationToken);
        var total = amounts.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.Amount);
        if (context.Get(DryRun))
        {
            context.Terminal.Result(ToJson(amounts, total, null), console => Show(console, amounts, total));
            return;
        }
        Spending.RequireTokens(await session.Market.Token.GetBalanceAsync(wallet, cancellationToken: cancellationToken), total);
        Spending.Confirm(context, Yes, console => Show(console, amounts, total), $"Pay {total.Space()} in advance?");
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            switch (await cases.Send(new DepositForReading(amounts), cancellationToken))
            {
                case ReadingDeposit.NotEnoughTokens missing:
                    Spending.RequireTokens(missing.Balance, missing.Needed);
                    break;
                case ReadingDeposit.Unusable unusable:
                    throw new CommandRefusal(
                        "agreement-not-active", $"This wallet has no running agreement {string.Join(", ", unusable.Agreements)}; see `marketplace agreements`. Nothing was paid.");
                case ReadingDeposit.Deposited deposited:
                    context.Terminal.Result(ToJson(amounts, total, deposited), console => console.WriteLine(
                        $"{total.Space()} are deposited for reading from agreement{(amounts.Count == 1 ? "" : "s")} {string.Join(", ", ids)}."));
                    break;
            }
        }, cancellationToken);
    }

    static async Task<IReadOnlyList<(AgreementId Agreement, TokenAmount Amount)>> AmountsAsync(
        CommandContext context, ConsumerSession session, IReadOnlyList<AgreementId> ids, CancellationToken cancellationToken)
    {
        var (text, gib) = (context.Get(Amount), context.Get(ToRead));
        if (text is null == (gib == 0))
            throw new CommandRefusal("option-invalid", "Say either --amount TOKENS or --read GIB, not both.");
        if (text is not null)
        {
            var amount = TextArguments.ParsePositive(text);
            return [.. ids.Select(id => (id, amount))];
        }
        var found = (await session.Market.Agreements.GetManyAsync(ids, cancellationToken: cancellationToken)).ToDictionary(agreement => agreement.Id);
        return [.. ids.Select(id => (id, PriceOf(found.GetValueOrDefault(id) ?? throw AgreementsEnd.Unknown(id), gib)))];
    }

    static TokenAmount PriceOf(AgreementInfo agreement, ulong gib)
    {
        if (agreement.EgressPrice == TokenAmount.Zero)
            throw new CommandRefusal("reading-is-free", $"Reading from agreement {agreement.Id} costs nothing; no deposit is needed.");
        if (gib > GiBLimit)
            throw new CommandRefusal("option-invalid", $"--read is at most {GiBLimit} GiB.");
        return ReadingPrice.Of(agreement.EgressPrice, new GiB(gib))
            ?? throw new CommandRefusal("option-invalid", $"Reading {gib} GiB from agreement {agreement.Id} costs more than there can be.");
    }

    const ulong GiBLimit = 1UL << 30;

    static object ToJson(IReadOnlyList<(AgreementId Agreement, TokenAmount Amount)> amounts, TokenAmount total, ReadingDeposit.Deposited? deposited) => new
    {
        deposited = deposited is not null,
        transaction = deposited?.Transaction,
        total,
        totalTokens = total.ToTokens(),
        agreements = amounts.Select(row => new { id = row.Agreement, amount = row.Amount }),
    };

    static void Show(IAnsiConsole console, IReadOnlyList<(AgreementId Agreement, TokenAmount Amount)> amounts, TokenAmount total)
    {
        foreach (var (agreement, amount) in amounts)
            console.WriteLine($"Agreement {agreement}: {amount.Space()}");
        console.WriteLine($"Total: {total.Space()}");
    }
}
