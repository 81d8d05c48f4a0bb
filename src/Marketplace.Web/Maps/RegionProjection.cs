namespace Marketplace.Web.Maps;

/// <summary>Degrees as units of the drawing icons/world.svg: equirectangular, cut in the Bering Sea, from 78° north to 56° south.</summary>
static class RegionProjection
{
    public const double Width = 738, Height = 335;

    const double UnitsPerDegree = 2.5, Narrowing = 0.82, West = -169, North = 78;

    /// <summary>Where a place is, within the drawing.</summary>
    public static (double X, double Y) Project(double longitude, double latitude) =>
        ((longitude - West + 360) % 360 * Narrowing * UnitsPerDegree, Math.Clamp((North - latitude) * UnitsPerDegree, 0, Height));
}
