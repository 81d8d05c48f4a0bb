using System.CommandLine;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace provider stake, unstake and withdraw</summary>
internal static class ProviderMoney
{
    static readonly Argument<string> Amount = new("amount") { Description = "Tokens, such as 1000 or 12.5." };

    public static Command CreateStake() =>
        new Command("stake", "Bond tokens of the owner wallet; they cover the space that consumers rent.") { Amount }.Runs(StakeAsync);

    public static Command CreateUnstake() =>
        new Command("unstake", "Ask for stake back. It is paid out by `withdraw` when the unbonding is over, and can be slashed until then.") { Amount }
            .Runs(UnstakeAsync);

    public static Command CreateWithdraw() =>
        new Command("withdraw", "Take earnings, and stake whose unbonding is over, into the owner wallet.").Runs(WithdrawAsync);

    static Task StakeAsync(CommandContext context, CancellationToken cancellationToken) => ProviderHome.AsOwnerAsync(
        context,
        async (session, owner, sender) =>
        {
            var amount = TokenText.Parse(context.Get(Amount));
            var market = session.Market;
            var balance = await market.Token.GetBalanceAsync(owner.Address, cancellationToken: cancellationToken);
            if (balance < amount)
            {
                throw new CommandRefusal(
                    "not-enough-tokens", $"The owner wallet {owner.Address} has {balance.Space()}; {(amount - balance).Space()} are missing.");
            }
            var permit = await market.Token.SignPermitAsync(
                new LocalSigner(owner), market.Stakes.Address, amount, context.Time.GetUtcNow().AddHours(1), cancellationToken: cancellationToken);
            await sender.SendAsync(market.Stakes.Stake(amount, permit), "stake", cancellationToken);
            var stake = await market.Stakes.GetAsync(owner.Address, cancellationToken: cancellationToken);
            context.Terminal.Result(new { staked = stake.Staked }, console => console.WriteLine($"Staked: {stake.Staked.Space()} in all."));
            return true;
        },
        cancellationToken);

    static Task UnstakeAsync(CommandContext context, CancellationToken cancellationToken) => ProviderHome.AsOwnerAsync(
        context,
        async (session, owner, sender) =>
        {
            await sender.SendAsync(session.Market.Stakes.RequestUnstake(TokenText.Parse(context.Get(Amount))), "unstake", cancellationToken);
            var stake = await session.Market.Stakes.GetAsync(owner.Address, cancellationToken: cancellationToken);
            context.Terminal.Result(
                new { staked = stake.Staked, unbonding = stake.Unbonding, releaseEpoch = stake.ReleaseEpoch },
                console => console.WriteLine(
                    $"{stake.Unbonding.Space()} are unbonding until epoch {stake.ReleaseEpoch}; {stake.Staked.Space()} stay staked. Then run `withdraw`."));
            return true;
        },
        cancellationToken);

    static Task WithdrawAsync(CommandContext context, CancellationToken cancellationToken) => ProviderHome.AsOwnerAsync(
        context,
        async (session, owner, sender) =>
        {
            var market = session.Market;
            var earned = await market.Escrow.GetWithdrawableAsync(owner.Address, cancellationToken: cancellationToken);
            if (earned > TokenAmount.Zero)
                await sender.SendAsync(market.Escrow.Withdraw(owner.Address), "withdraw", cancellationToken);
            var stake = await market.Stakes.GetAsync(owner.Address, cancellationToken: cancellationToken);
            var isReleased = stake.Unbonding > TokenAmount.Zero
                && stake.ReleaseEpoch <= await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
            if (isReleased)
                await sender.SendAsync(market.Stakes.WithdrawUnstaked(), "withdraw-unstaked", cancellationToken);
            var unstaked = isReleased ? stake.Unbonding : TokenAmount.Zero;
            context.Terminal.Result(
                new { earned, unstaked },
                console => console.WriteLine(earned + unstaked == TokenAmount.Zero
                    ? "There is nothing to withdraw yet."
                    : $"Withdrawn: {earned.Space()} earned, {unstaked.Space()} of stake."));
            return true;
        },
        cancellationToken);
}
