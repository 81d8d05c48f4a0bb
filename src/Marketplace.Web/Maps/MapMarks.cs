using Marketplace.Web.Formatting;

namespace Marketplace.Web.Maps;

/// <summary>The mark of a region on a map.</summary>
/// <param name="Place">What it stands for.</param>
/// <param name="X">Its middle, in units of the drawing.</param>
/// <param name="Y">Its middle, in units of the drawing.</param>
/// <param name="Radius">In units of the drawing.</param>
/// <param name="Home">Where the region is: neighbours move each other's marks apart.</param>
public sealed record MapMark(MapPlace Place, double X, double Y, double Radius, (double X, double Y) Home)
{
    /// <summary>Whether it lies so far from its region that a line has to lead there.</summary>
    public bool IsMoved => Math.Abs(X - Home.X) + Math.Abs(Y - Home.Y) > Radius / 2;
}

/// <summary>Puts marks near their regions, so that none hides another.</summary>
public static class MapMarks
{
    const double Smallest = 9, Largest = 17, Gap = 1.5;

    const int MostRounds = 400;

    /// <summary>The marks of those places whose region is known, the largest first.</summary>
    public static IReadOnlyList<MapMark> Of(IEnumerable<MapPlace> places)
    {
        var known = places.Where(place => Regions.PlaceOf(place.Region) is not null).OrderByDescending(place => place.Count)
            .ThenBy(place => place.Region, StringComparer.Ordinal).ToList();
        // With many regions each has less room.
        var scale = known.Count > 60 ? 0.6 : known.Count > 25 ? 0.8 : 1;
        var marks = known.Select(place =>
        {
            var (longitude, latitude) = Regions.PlaceOf(place.Region)!.Value;
            var home = RegionProjection.Project(longitude, latitude);
            return new MapMark(place, home.X, home.Y, scale * Math.Min(Largest, Smallest + Math.Sqrt(place.Count)), home);
        }).ToArray();
        for (var round = 0; round < MostRounds && Separate(marks); round++)
        {
        }
        return marks;
    }

    /// <summary>Moves marks that overlap a little apart, within the drawing; false when none does.</summary>
    static bool Separate(MapMark[] marks)
    {
        var isMoved = false;
        for (var i = 0; i < marks.Length; i++)
        {
            for (var j = i + 1; j < marks.Length; j++)
            {
                var (one, other) = (marks[i], marks[j]);
                var (dx, dy) = (other.X - one.X, other.Y - one.Y);
                var distance = Math.Sqrt((dx * dx) + (dy * dy));
                var missing = one.Radius + other.Radius + Gap - distance;
                if (missing <= 0.01)
                    continue;
                // Those of one place part in directions that follow from their order, so that the picture is always the same.
                var (ux, uy) = distance > 0.01 ? (dx / distance, dy / distance) : (Math.Cos(j), Math.Sin(j));
                marks[i] = Within(one, one.X - (ux * missing / 2), one.Y - (uy * missing / 2));
                marks[j] = Within(other, other.X + (ux * missing / 2), other.Y + (uy * missing / 2));
                isMoved = true;
            }
        }
        return isMoved;
    }

    static MapMark Within(MapMark mark, double x, double y) => mark with
    {
        X = Math.Clamp(x, mark.Radius, RegionProjection.Width - mark.Radius),
        Y = Math.Clamp(y, mark.Radius, RegionProjection.Height - mark.Radius),
    };
}
