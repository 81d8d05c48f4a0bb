using Marketplace.Application.Agreements;
using Marketplace.Application.Pipeline;
using Marketplace.Cli.Home;
using MediatR;

namespace Marketplace.Cli.Commands;

/// <summary>The use cases of a consumer's wallet.</summary>
internal static class WalletUseCases
{
    /// <summary>Those that only read; no key is opened.</summary>
    public static IMediator Reading(ConsumerSession session) => UseCases.Over(session.Market, new ConsumerAgreements(session.Market));

    /// <summary>Opens the wallet and runs work that spends.</summary>
    public static Task SpendAsync(CommandContext context, ConsumerSession session, Func<IMediator, Task> work, CancellationToken cancellationToken) =>
        WalletAccess.SpendAsync(
            context, session,
            async (signer, sender) =>
            {
                await Spending.RequireGasAsync(session.Market, signer.Address, cancellationToken);
                await work(UseCases.Over(session.Market, signer, sender, new ConsumerAgreements(session.Market), context.Time));
            },
            cancellationToken);
}
