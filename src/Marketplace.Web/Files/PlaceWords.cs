using Marketplace.Application.Objects;

namespace Marketplace.Web.Files;

/// <summary>What is said of a file's fragments.</summary>
public static class PlaceWords
{
    /// <summary>What is amiss with some of them; null for nothing. Whose agreement is over owes no proof.</summary>
    public static string? TroubleOf(ObjectPlaces places)
    {
        var over = places.Places.Count(place => !place.IsRunning);
        var lacking = places.Places.Count(place => place.LacksProof(places.Now));
        return string.Join(' ', new[]
        {
            over == 0 ? null : $"{over} of them {(over == 1 ? "is" : "are")} kept no more: {(over == 1 ? "its agreement is" : "their agreements are")} over.",
            lacking == 0 ? null : $"{lacking} of them {(lacking == 1 ? "lacks" : "lack")} a proof that was due.",
        }.OfType<string>()) is { Length: > 0 } words ? words : null;
    }
}
