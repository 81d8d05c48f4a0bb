using Marketplace.Application.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Agreements;

/// <summary>What one transaction rented, usually with many providers.</summary>
/// <param name="Opening">The transaction.</param>
/// <param name="Rows">Its agreements by number; at least one.</param>
public sealed record Rental(Hash256 Opening, IReadOnlyList<RunningAgreement> Rows)
{
    /// <summary>Those that run, for epochs still to come.</summary>
    public IReadOnlyList<RunningAgreement> Running { get; } = [.. Rows.Where(row => row.IsRunning)];

    /// <summary>Those that can be ended: they run, or wait for their provider.</summary>
    public IReadOnlyList<RunningAgreement> Open { get; } = [.. Rows.Where(row => row.IsOpen)];

    /// <summary>One agreement that was rented alone needs no line above it.</summary>
    public bool IsAlone => Rows.Count == 1;

    /// <summary>1–12: what one transaction opens is numbered on.</summary>
    public string Name => IsAlone ? $"{Rows[0].Agreement.Id}" : $"{Rows[0].Agreement.Id}–{Rows[^1].Agreement.Id}";

    /// <summary>Different ones.</summary>
    public int Providers => Rows.Select(row => row.Agreement.Provider).Distinct().Count();

    /// <summary>At all of them.</summary>
    public GiB Space => new(Rows.Aggregate(0UL, (sum, row) => sum + row.Agreement.Space.Value));

    /// <summary>Payable epochs that are to come, of the one that ends first and the one that ends last; none where nothing runs.</summary>
    public (ulong First, ulong Last) EpochsLeft => Running.Count == 0 ? (0, 0) : (Running.Min(row => row.EpochsLeft), Running.Max(row => row.EpochsLeft));

    /// <summary>What a month of what runs costs by the prices that were agreed to last; null for more than there can be.</summary>
    /// <param name="epochs">In a month.</param>
    public TokenAmount? PriceOf(ulong epochs)
    {
        try
        {
            return Running.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.Agreement.Price * row.Agreement.Space.Value * epochs);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>How many of those that run lack a proof that was due, in words; empty for none.</summary>
    public string LackText => Running.Count(row => row.LacksProof) is > 0 and var lacking
        ? $"{(lacking == Running.Count ? "all" : $"{lacking} of {Running.Count}")} lack proofs" : "";

    /// <summary>How many run, in words, and how many of them are not paid now.</summary>
    public string StateText => (Running.Count == Rows.Count ? "all run" : Running.Count == 0 ? "none runs" : $"{Running.Count} of {Rows.Count} run")
        + (Running.Count(row => row.IsUnpaid) is > 0 and var unpaid ? $", {unpaid} not paid" : "");

    /// <summary>All of them, the newest first.</summary>
    /// <param name="rows">In the order of their opening.</param>
    public static IReadOnlyList<Rental> Of(IEnumerable<RunningAgreement> rows) =>
        [.. rows.GroupBy(row => row.Opening).Select(group => new Rental(group.Key, [.. group])).Reverse()];

    /// <summary>How long until an end, of some that may differ.</summary>
    public static string LeftText((ulong First, ulong Last) left, TimeSpan epoch) => left.First == left.Last
        ? Times.Duration(epoch * left.First) : $"{Times.Duration(epoch * left.First)} to {Times.Duration(epoch * left.Last)}";
}
