using System.CommandLine;
using Marketplace.Application.Agreements;
using Marketplace.Application.Transactions;
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

    /// <summary>Sends one transaction after the other.</summary>
    /// <param name="terminal">Is told of each where there are several.</param>
    /// <param name="parts">A transaction each.</param>
    /// <param name="idOf">An item's agreement.</param>
    /// <param name="became">What is done to it: ended, extended.</param>
    /// <param name="send">Sends one.</param>
    /// <exception cref="CommandRefusal">One failed after others were done: its own code and words, and what those did.</exception>
    public static async Task<IReadOnlyList<TDone>> SendAsync<T, TDone>(
        CommandTerminal terminal, IReadOnlyList<TransactionPart<T>> parts, Func<T, AgreementId> idOf, string became, Func<TransactionPart<T>, Task<TDone>> send)
    {
        List<TDone> done = [];
        foreach (var part in parts)
        {
            try
            {
                done.Add(await send(part));
            }
            catch (Exception fault) when (done.Count > 0 && fault is not OperationCanceledException)
            {
                var (code, message) = FaultMessages.Of(fault);
                var before = List(parts.Take(done.Count).SelectMany(each => each.Items).Select(idOf));
                throw new CommandRefusal(code, $"{message} That was transaction {done.Count + 1} of {parts.Count}; by those before it {before} were {became}.", fault);
            }
            if (parts.Count > 1)
                terminal.Note($"Transaction {done.Count} of {parts.Count} is done: {part.Items.Count} agreements are {became}.");
        }
        return done;
    }

    /// <summary>How many transactions the wallet sends, where it is more than one.</summary>
    public static string? TransactionsText(int count) => count < 2 ? null : $"That takes {count} transactions: it is more gas than one can have.";
}
