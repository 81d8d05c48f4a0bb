using System.CommandLine;
using Marketplace.Application.Agreements;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;

namespace Marketplace.Cli.Commands;

/// <summary>Agreements that a command names, one by one or by their rental.</summary>
internal static class AgreementsNamed
{
    public static Argument<string[]> CreateIds() => new("id") { Description = "Agreements' numbers.", Arity = ArgumentArity.OneOrMore };

    public static Option<bool> CreateRental() => new("--rental") { Description = "Also all that were opened by the same transaction as these." };

    /// <summary>Each once, in the order of their naming; what else is in a rental only as far as it runs or waits for its provider.</summary>
    /// <exception cref="CommandRefusal">option-invalid: one is named twice; not-found: a rental is asked for, and the wallet has no such agreement.</exception>
    public static async Task<IReadOnlyList<AgreementId>> ReadAsync(
        CommandContext context, ConsumerSession session, Argument<string[]> ids, Option<bool> rental, CancellationToken cancellationToken)
    {
        var named = Parse(context, ids);
        if (!context.Get(rental))
            return named;
        var overview = await WalletUseCases.Reading(session).Send(new ListAgreements(WalletAccess.AddressOf(session.Home), All: true), cancellationToken);
        var openings = overview.Agreements.ToDictionary(row => row.Agreement.Id, row => row.Opening);
        var wanted = named.Select(id => openings.TryGetValue(id, out var opening) ? opening : throw AgreementsEnd.Unknown(id)).ToHashSet();
        return [.. named.Union(overview.Agreements.Where(row => wanted.Contains(row.Opening) && row.IsOpen).Select(row => row.Agreement.Id))];
    }

    /// <exception cref="CommandRefusal">option-invalid.</exception>
    public static IReadOnlyList<AgreementId> Parse(CommandContext context, Argument<string[]> ids)
    {
        var named = context.Get(ids).Select(TextArguments.ParseAgreement).ToList();
        return named.Distinct().Count() == named.Count ? named : throw new CommandRefusal("option-invalid", "Name each agreement once.");
    }

    /// <summary>7, 8 and 9</summary>
    public static string List(IEnumerable<AgreementId> ids)
    {
        var all = ids.Select(id => id.ToString()).ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all.SkipLast(1))} and {all[^1]}";
    }

    /// <summary>How many transactions the wallet sends, where it is more than one.</summary>
    public static string? TransactionsText(int count) => count < 2 ? null : $"That takes {count} transactions: it is more gas than one can have.";
}
