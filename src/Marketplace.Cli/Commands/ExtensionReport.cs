using System.Globalization;
using Marketplace.Application.Agreements;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>What extending agreements comes to, or did, for people and for programs.</summary>
internal static class ExtensionReport
{
    /// <summary>One agreement that was asked about by itself is the document; of several, they are listed in it.</summary>
    public static object ToJson(ExtensionPlan plan, IReadOnlyList<ExtensionResult.Extended> done)
    {
        var extended = done.SelectMany(part => part.Agreements.Select(row => (row.Agreement, row.Deposit, part.Transaction))).ToDictionary(row => row.Agreement.Id);
        var rows = plan.Quotes.Select(quote =>
        {
            var isDone = extended.TryGetValue(quote.Agreement.Id, out var now);
            var deposit = isDone ? now.Deposit : quote.Deposit;
            return new
            {
                extended = isDone,
                transaction = isDone ? now.Transaction : (Ethereum.Primitives.Hash256?)null,
                id = quote.Agreement.Id,
                listing = quote.Offer.Id,
                price = quote.Offer.Terms.Price,
                addedGiB = quote.Extension.Space,
                addedTerm = quote.Extension.Term,
                spaceGiB = isDone ? now.Agreement.Space : quote.NewSpace,
                end = isDone ? now.Agreement.End : quote.NewEnd,
                deposit,
                depositTokens = deposit.ToTokens(),
            };
        }).ToList();
        if (plan.Named == 1)
            return rows[0];
        var total = rows.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.deposit);
        return new
        {
            extended = done.Count > 0,
            transactions = plan.Parts.Count,
            deposit = total,
            depositTokens = total.ToTokens(),
            agreements = rows,
            leftOut = plan.LeftOut.Select(row => new { id = row.Id, reason = row.Reason }),
        };
    }

    /// <summary>Before anything is paid.</summary>
    public static void Show(IAnsiConsole console, ExtensionPlan plan)
    {
        foreach (var quote in plan.Quotes)
            ShowOne(console, quote, isAlone: plan.Quotes.Count == 1);
        var mayBeLess = plan.Quotes.Any(quote => quote.Extension.Space.Value > 0) ? " at most: added space is paid from the second epoch after this one" : "";
        console.WriteLine($"Total     {plan.Deposit.Space()}{mayBeLess}");
        if (AgreementsNamed.TransactionsText(plan.Parts.Count) is { } count)
            console.WriteLine(count);
        ShowLeftOut(console, plan);
    }

    /// <summary>What was done.</summary>
    public static void Tell(IAnsiConsole console, ExtensionPlan plan, IReadOnlyList<ExtensionResult.Extended> done)
    {
        var rows = done.SelectMany(part => part.Agreements).ToList();
        var taken = rows.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.Deposit).Space();
        if (rows is [{ Agreement: var agreement }])
            console.WriteLine($"Agreement {agreement.Id} has {agreement.Space} GiB and runs until epoch {agreement.End}; {taken} were taken into escrow.");
        else
            console.WriteLine($"{rows.Count} agreements are extended, {AgreementsNamed.List(rows.Select(row => row.Agreement.Id))}; {taken} were taken into escrow.");
        ShowLeftOut(console, plan);
    }

    static void ShowOne(IAnsiConsole console, ExtensionQuote quote, bool isAlone)
    {
        var agreement = quote.Agreement;
        console.WriteLine($"Agreement {agreement.Id} with {agreement.Provider}:");
        console.WriteLine($"Space     {agreement.Space} GiB -> {quote.NewSpace} GiB");
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Ends with epoch {agreement.End} -> {quote.NewEnd}"));
        console.WriteLine($"Price     {quote.Offer.Terms.Price.Space()} per GiB and epoch, by listing {quote.Offer.Id}; what was agreed before keeps its own");
        if (!isAlone)
            console.WriteLine($"Deposit   {quote.Deposit.Space()}");
    }

    static void ShowLeftOut(IAnsiConsole console, ExtensionPlan plan)
    {
        foreach (var row in plan.LeftOut)
            console.WriteLine($"Left out: agreement {row.Id}. {row.Reason}");
    }
}
