using System.Globalization;

namespace Marketplace.Web.Renting;

/// <summary>What is to be rented, as it was typed and as the page's address says it; null for what is usual.</summary>
/// <param name="Space">GiB of files.</param>
/// <param name="Length">How long, in units.</param>
/// <param name="Unit">hour, day or month.</param>
/// <param name="Coding">A coding's name.</param>
/// <param name="Replace">How many providers are rented in the place of lost ones; null where all are rented anew.</param>
/// <param name="Except">Whom not to choose then.</param>
public sealed record RentalWords(string? Space, string? Length, string? Unit, string? Coding, string? Replace = null, string? Except = null)
{
    /// <summary>What makes sense of it.</summary>
    /// <param name="proposed">For how long, where neither length nor unit was said; null for what is usual.</param>
    public RentalForm FormWith(ProposedTerm? proposed)
    {
        var form = RentalForm.Of(Space, Length, Unit, Coding, Replace, Except);
        return Length is null && Unit is null && proposed is not null ? form with { Length = proposed.Length, Unit = proposed.Unit } : form;
    }

    /// <summary>With all numbers said: what is proposed later changes nothing of it.</summary>
    /// <param name="form">What was made of it.</param>
    public RentalWords Settled(RentalForm form) => this with
    {
        Space = form.Space.ToString(CultureInfo.InvariantCulture), Length = form.Length.ToString(CultureInfo.InvariantCulture), Unit = form.Unit,
    };

    /// <summary>Whether both numbers are some.</summary>
    public bool HasNumbers => RentalForm.TroubleWithSpace(Space) is null && RentalForm.TroubleWithLength(Length) is null;
}
