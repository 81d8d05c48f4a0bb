namespace Marketplace.Web.Tests.Files;

/// <summary>PDF documents without a file that somebody would have to keep (ISO 32000).</summary>
static class HandMadePdf
{
    public const string Words = "Kept on twelve disks";

    /// <summary>A square of black below, coded as a fax (ITU-T T.6), and words above it.</summary>
    const string Content =
        "4 0 obj<</Length 86>>stream\nq 200 0 0 100 0 0 cm /Fax Do Q BT /Plain 16 Tf 20 160 Td (" + Words + ") Tj ET\nendstream endobj\n"
        + "5 0 obj<</Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 1/Length 9/Filter[/ASCIIHexDecode/CCITTFaxDecode]"
        + "/DecodeParms[null<</K -1/Columns 8/Rows 8/BlackIs1 true>>]>>stream\nFF001001>\nendstream endobj\n"
        + "6 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n";

    const int FirstPage = 10;

    /// <summary>Two pages, which are alike.</summary>
    public static string Whole { get; } = OfPages(2);

    /// <summary>Sixty of them.</summary>
    public static string Long { get; } = OfPages(60);

    /// <summary>More than a preview shows.</summary>
    public static string Endless { get; } = OfPages(2_001);

    /// <summary>Its end is missing, and with it all that would be in it.</summary>
    public static string Cut { get; } = Whole[..20];

    /// <summary>Nothing under its name.</summary>
    public static string Empty { get; } = "";

    /// <summary>Says that it has more pages than there could ever be.</summary>
    public static string OfUntoldPages { get; } = OfPages(1, "2000000000");

    /// <summary>A page as wide as no screen, and hardly high.</summary>
    public static string OfAVastPage { get; } = OfPages(1, box: "[0 0 2000000000 1]");

    /// <summary>A page as high as no screen, and hardly wide.</summary>
    public static string OfATallPage { get; } = OfPages(1, box: "[0 0 1 2000000000]");

    /// <summary>A page that lies on its side.</summary>
    public static string Turned { get; } = OfPages(1, page: "/Rotate 90");

    /// <summary>Would do something: when it is opened, when one clicks anywhere on it, and with what one types.</summary>
    public static string Active { get; } = OfPages(
        1, page: "/Annots[<</Subtype/Link/Rect[0 0 200 200]/A<</S/URI/URI(https://elsewhere.example/)>>>><</Subtype/Widget/FT/Tx/T(name)/Rect[20 20 100 40]/AA<</F" + Script + ">>>>]",
        catalog: "/OpenAction" + Script + "/AcroForm<</Fields[]/NeedAppearances true>>");

    /// <summary>Asks for a password.</summary>
    public static string Locked { get; } = OfPages(1, trailer: "/Encrypt<</Filter/Standard/V 1/R 2/O<" + Key + ">/U<" + Key + ">/P -4>>/ID[<00><00>]");

    const string Script = "<</S/JavaScript/JS(app.alert\\(1\\))>>";

    const string Key = "0000000000000000000000000000000000000000000000000000000000000000";

    static string OfPages(int pages, string? count = null, string box = "[0 0 200 200]", string page = "", string catalog = "", string trailer = "")
    {
        var numbers = Enumerable.Range(FirstPage, pages).ToList();
        return $"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R{catalog}>>endobj\n2 0 obj<</Type/Pages/Kids[{string.Join(' ', numbers.Select(number => $"{number} 0 R"))}]/Count {count ?? $"{pages}"}>>endobj\n"
            + string.Concat(numbers.Select(number => $"{number} 0 obj<</Type/Page/Parent 2 0 R/MediaBox{box}{page}/Contents 4 0 R/Resources<</XObject<</Fax 5 0 R>>/Font<</Plain 6 0 R>>>>>>endobj\n"))
            + $"{Content}trailer<</Root 1 0 R{trailer}>>\n%%EOF\n";
    }
}
