using System.CommandLine;
using Marketplace.Application.Stakes;
using Marketplace.Chain.Stakes;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace stake …: the wallet's tokens behind providers of others</summary>
internal static class StakeCommands
{
    static readonly Argument<string> Provider = new("provider") { Description = "The provider's address, as `marketplace listings` shows it." };
    static readonly Argument<string?> OptionalProvider = new("provider") { Description = "One provider's address (default: all).", Arity = ArgumentArity.ZeroOrOne };
    static readonly Argument<string> Amount = new("amount") { Description = "Tokens, such as 100 or 12.5." };
    static readonly Argument<string?> OptionalAmount = new("amount") { Description = "Tokens (default: all).", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<string?> MaxCommission = new("--max-commission")
    {
        Description = "The highest commission that you would bear, in percent (default: what the provider takes or has announced now).", HelpName = "PERCENT",
    };

    static readonly Option<bool> Yes = Spending.CreateYes();

    public static Command Create() => new Command(
        "stake",
        """
        Put tokens behind a provider, for a share of what it earns, and take them back. They are slashed with the provider's own.
        Examples:
          marketplace stake delegate 0x5290... 100 --max-commission 20
          marketplace stake undelegate 0x5290... 40
          marketplace stake list
          marketplace stake withdraw
        """)
    {
        new Command("delegate", "Put tokens of the wallet behind a provider. They can be asked back at any time, and are slashed with its own.") { Provider, Amount, MaxCommission, Yes }
            .Runs(DelegateAsync),
        new Command("undelegate", "Ask delegated stake back. It waits for the unbonding, earns nothing meanwhile, and can be slashed until then; `stake withdraw` pays it out.")
            { Provider, OptionalAmount, Yes }.Runs(UndelegateAsync),
        new Command("withdraw", "Take what was asked back and whose unbonding is over into the wallet.") { OptionalProvider }.Runs(WithdrawAsync),
        new Command("list", "Show what the wallet has behind which providers, and what waits to come back.").Runs(ListAsync),
    };

    static async Task DelegateAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (provider, amount) = (TextArguments.ParseAddress(context.Get(Provider)), TextArguments.ParsePositive(context.Get(Amount)));
        ushort? highest = context.Get(MaxCommission) is { } text ? TextArguments.ParsePercent(text) : null;
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var commission = await session.Market.Stakes.GetCommissionAsync(provider, cancellationToken: cancellationToken);
        // What is shown is what is agreed to, should the provider announce more before the transaction.
        var bearable = highest ?? Math.Max(commission.Bps, commission.NextBps);
        Spending.RequireTokens(
            await session.Market.Token.GetBalanceAsync(WalletAccess.AddressOf(session.Home), cancellationToken: cancellationToken), amount);
        Spending.Confirm(
            context, Yes, console => console.WriteLine($"The provider {provider} keeps {CommissionText(commission)} of what your stake earns."),
            $"Put {amount.Space()} behind it?");
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            switch (await cases.Send(new DelegateStake(provider, amount, bearable), cancellationToken))
            {
                case Delegation.Done done:
                    context.Terminal.Result(
                        new { provider, delegated = amount, done.Transaction, value = done.Stake.Value, shares = done.Stake.Shares },
                        console => console.WriteLine($"{amount.Space()} are behind {provider}; what you have there is worth {done.Stake.Value.Space()}."));
                    break;
                case Delegation.CommissionTooHigh high:
                    throw new CommandRefusal("commission-too-high", $"The provider keeps {CommissionText(high.Commission)}, more than --max-commission. Nothing was paid.");
                case Delegation.NotEnoughTokens missing:
                    Spending.RequireTokens(missing.Balance, missing.Needed);
                    break;
                case Delegation.Closed closed:
                    throw closed.IsRegistered
                        ? new CommandRefusal("delegation-closed", $"The provider {provider} takes no delegations: it has never set a commission. Nothing was paid.")
                        : new CommandRefusal("not-found", $"There is no provider {provider}; see `marketplace listings`. Nothing was paid.");
            }
        }, cancellationToken);
    }

    static async Task UndelegateAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var provider = TextArguments.ParseAddress(context.Get(Provider));
        TokenAmount? amount = context.Get(OptionalAmount) is { } text ? TextArguments.ParsePositive(text) : null;
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        await ConfirmRestartAsync(context, session, provider, cancellationToken);
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            switch (await cases.Send(new Undelegate(provider, amount), cancellationToken))
            {
                case Undelegation.Done done:
                    context.Terminal.Result(
                        new
                        {
                            provider, done.Transaction, undelegating = done.Stake.Undelegating, releaseEpoch = done.Stake.ReleaseEpoch, heldUntil = done.Stake.HeldUntil,
                            value = done.Stake.Value,
                        },
                        console => console.WriteLine(
                            $"{done.Stake.Undelegating.Space()} come back in epoch {done.Stake.ReleaseEpoch}, {HeldText(done.Stake)}; then `marketplace stake withdraw`. {done.Stake.Value.Space()} stay."));
                    break;
                case Undelegation.TooLittle little:
                    throw new CommandRefusal(
                        "not-enough-stake", $"This wallet has {little.Value.Space()} behind {provider}{(amount is { } wanted ? $", not {wanted.Space()}" : "")}; see `marketplace stake list`.");
            }
        }, cancellationToken);
    }

    /// <summary>One wait is for all that was asked back: asking for more begins it anew.</summary>
    static async Task ConfirmRestartAsync(CommandContext context, ConsumerSession session, Address provider, CancellationToken cancellationToken)
    {
        var stake = await session.Market.Stakes.GetDelegationAsync(provider, WalletAccess.AddressOf(session.Home), cancellationToken: cancellationToken);
        if (stake.Undelegating == TokenAmount.Zero)
            return;
        var (now, parameters) = (
            await session.Market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken),
            await session.Market.Parameters.GetAsync(cancellationToken: cancellationToken));
        var restart = $"{stake.Undelegating.Space()} that you asked back before come back in epoch {stake.ReleaseEpoch}; asking for more begins their wait anew, until epoch {now + parameters.UnbondingEpochs}.";
        context.Terminal.Warn(restart);
        Spending.Confirm(context, Yes, _ => { }, "Begin the wait anew?");
    }

    static async Task WithdrawAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Address? provider = context.Get(OptionalProvider) is { } text ? TextArguments.ParseAddress(text) : null;
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        await WalletUseCases.SpendAsync(context, session, async cases =>
        {
            var withdrawal = await cases.Send(new WithdrawDelegations(provider), cancellationToken);
            var total = withdrawal.Paid.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.Amount);
            context.Terminal.Result(
                new
                {
                    withdrawn = total, epoch = withdrawal.Now, providers = withdrawal.Paid.Select(row => new { provider = row.Provider, amount = row.Amount }),
                    waiting = withdrawal.Waiting.Select(ToJson),
                },
                console =>
                {
                    console.WriteLine(withdrawal.Paid.Count == 0 ? "There is nothing to withdraw now." : $"{total.Space()} are in the wallet.");
                    foreach (var row in withdrawal.Waiting)
                        console.WriteLine($"{row.Stake.Undelegating.Space()} of {row.Provider} come back in epoch {row.Stake.ReleaseEpoch}, {HeldText(row.Stake)}; now is {withdrawal.Now}.{(row.Hindrance is { } hindrance ? $" {Printable.Escape(hindrance, 300)}" : "")}");
                });
        }, cancellationToken);
    }

    static async Task ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var overview = await WalletUseCases.Reading(session).Send(new ListDelegations(WalletAccess.AddressOf(session.Home)), cancellationToken);
        context.Terminal.Result(new { epoch = overview.Now, delegations = overview.Delegations.Select(ToJson) }, console => Show(console, overview));
    }

    static object ToJson(ListedDelegation row) => new
    {
        provider = row.Provider,
        value = row.Stake.Value,
        shares = row.Stake.Shares,
        commissionBps = row.Commission.Bps,
        nextCommissionBps = row.Commission.NextBps,
        undelegating = row.Stake.Undelegating,
        releaseEpoch = row.Stake.ReleaseEpoch,
        heldUntil = row.Stake.HeldUntil,
        hindrance = row.Hindrance,
    };

    static void Show(IAnsiConsole console, DelegationOverview overview)
    {
        if (overview.Delegations.Count == 0)
        {
            console.WriteLine("This wallet has nothing behind any provider; see `marketplace stake delegate --help`.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("Provider", "Worth", "Commission", "Coming back", "In epoch");
        foreach (var row in overview.Delegations)
        {
            var isLeaving = row.Stake.Undelegating > TokenAmount.Zero;
            table.AddRow(
                new Text(row.Provider.ToString()), new Text(row.Stake.Value.Space()), new Text(CommissionText(row.Commission)),
                new Text(isLeaving ? row.Stake.Undelegating.Space() : "-"), new Text(isLeaving ? row.Stake.ReleaseEpoch.ToString() : "-"));
        }
        console.Write(table);
        console.WriteLine($"Now is epoch {overview.Now}.");
    }

    internal static string CommissionText(ProviderCommission commission) => commission.NextBps == commission.Bps
        ? TextArguments.Percent(commission.Bps)
        : $"{TextArguments.Percent(commission.Bps)}, from epoch {commission.NextFrom} on {TextArguments.Percent(commission.NextBps)}";

    static string HeldText(DelegatedStake stake) => stake.HeldUntil > stake.ReleaseEpoch
        ? $"or, if the provider's agreements need it, after epoch {stake.HeldUntil} at the latest"
        : "whatever the provider does";
}
