using Marketplace.Web.Formatting;
using Marketplace.Web.Maps;

namespace Marketplace.Web.Tests.Maps;

public sealed class MapMarksTests
{
    static readonly string[] Europe = ["DE", "NL", "BE", "LU", "FR", "CH", "AT", "CZ", "DK", "PL", "GB", "IE", "IT", "ES", "PT", "SE", "NO", "FI"];

    [Fact]
    public void Neighbours_DoNotHideEachOther_AndStayWithinTheDrawing()
    {
        var marks = MapMarks.Of(Europe.Select((region, number) => new MapPlace(region, number + 1, "")));

        Assert.Equal(Europe.Length, marks.Count);
        for (var i = 0; i < marks.Count; i++)
        {
            Assert.InRange(marks[i].X, marks[i].Radius, RegionProjection.Width - marks[i].Radius);
            Assert.InRange(marks[i].Y, marks[i].Radius, RegionProjection.Height - marks[i].Radius);
            for (var j = i + 1; j < marks.Count; j++)
            {
                var apart = Math.Sqrt(Math.Pow(marks[i].X - marks[j].X, 2) + Math.Pow(marks[i].Y - marks[j].Y, 2));
                Assert.True(apart >= marks[i].Radius + marks[j].Radius, $"{marks[i].Place.Region} and {marks[j].Place.Region} overlap.");
            }
        }
    }

    [Fact]
    public void MarkAlone_LiesWhereItsRegionIs()
    {
        var mark = Assert.Single(MapMarks.Of([new MapPlace("BR", 3, "")]));

        Assert.False(mark.IsMoved);
        Assert.Equal(RegionProjection.Project(-53, -11), (mark.X, mark.Y));
    }

    [Fact]
    public void MarksOfOnePlace_Part_AlwaysInTheSameWay()
    {
        MapPlace[] places = [new("SX", 1, ""), new("MF", 1, ""), new("BL", 1, "")];

        var marks = MapMarks.Of(places);

        Assert.Equal(3, marks.Select(mark => (Math.Round(mark.X), Math.Round(mark.Y))).Distinct().Count());
        Assert.Equal(marks, MapMarks.Of(places));
    }

    [Theory]
    [InlineData("")]
    [InlineData("QQ")]
    [InlineData("<script>")]
    public void CodeOfNoRegion_HasNoMark(string code) => Assert.Empty(MapMarks.Of([new MapPlace(code, 1, "")]));

    [Theory]
    [InlineData("DE", "Germany")]
    [InlineData("de", "Germany")]
    [InlineData("HK", "Hong Kong")]
    [InlineData("QQ", "QQ")]
    [InlineData("", "not said")]
    public void Regions_HaveNames(string code, string name) => Assert.Equal(name, Regions.NameOf(code));

    [Theory]
    [InlineData("US", 145, 95)]
    [InlineData("JP", 629, 103)]
    [InlineData("NZ", 697, 305)]
    public void Regions_AreWhereTheDrawingHasThem(string code, double x, double y)
    {
        var (longitude, latitude) = Regions.PlaceOf(code)!.Value;
        var (left, top) = RegionProjection.Project(longitude, latitude);

        Assert.InRange(left, x - 3, x + 3);
        Assert.InRange(top, y - 3, y + 3);
    }
}
