using System.Text.RegularExpressions;

namespace Marketplace.Web.Tests.Files;

/// <summary>PDF documents without a file that somebody would have to keep (ISO 32000).</summary>
static class HandMadePdf
{
    public const string Words = "Kept on twelve disks";

    /// <summary>A square of black below, and words above it.</summary>
    const string Content = "0 obj<</Length 86>>stream\nq 200 0 0 100 0 0 cm /Fax Do Q BT /Plain 16 Tf 20 160 Td (" + Words + ") Tj ET\nendstream endobj\n";

    /// <summary>Coded as a fax (ITU-T T.6).</summary>
    const string Fax = "/BitsPerComponent 1/Length 9/Filter[/ASCIIHexDecode/CCITTFaxDecode]/DecodeParms[null<</K -1/Columns 8/Rows 8/BlackIs1 true>>]>>stream\nFF001001>";

    /// <summary>The same lines as a region of a JBIG2 page (ITU-T T.88, 7.4.6), after what says how large the page is.</summary>
    const string Jbig2 =
        "/BitsPerComponent 1/Decode[1 0]/Filter[/ASCIIHexDecode/JBIG2Decode]/Length 127>>stream\n"
        + "00000000300001000000130000000800000008000000000000000000" + "0000"
        + "00000001260001000000160000000800000008000000000000000000" + "01FF001001>";

    /// <summary>Eight lines of eight black points as a JPEG 2000 codestream (ITU-T T.800).</summary>
    const string Jpeg2000 =
        "/BitsPerComponent 8/Filter[/ASCIIHexDecode/JPXDecode]/Length 179>>stream\n"
        + "FF4FFF510029000000000008000000080000000000000000000000080000000800000000000000000001070101FF52000C00020001000004040001FF5C00044040"
        + "FF90000A0000000000160001FF93DF8028115054A36FFFD9>";

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

    /// <summary>A page that is much longer than wide, as a till prints it.</summary>
    public static string OfALongStrip { get; } = OfPages(1, box: "[0 0 200 20000]");

    /// <summary>A page without end, to all sides.</summary>
    public static string OfAnEndlessPage { get; } = OfPages(1, box: $"[0 0 1{new string('0', 400)} 1{new string('0', 400)}]");

    /// <summary>A page with a picture as scanners make it.</summary>
    public static string OfAScan { get; } = OfPages(1, image: Jbig2);

    /// <summary>A page with a picture as archives keep it.</summary>
    public static string OfAnArchive { get; } = OfPages(1, image: Jpeg2000);

    /// <summary>Twelve pages in 3 MiB; what is on the last is in the middle of them.</summary>
    public static string Large { get; } = WithTable(OfPages(12, lastContent: 7, more: Filler(8, 3 << 19) + "7 " + Content + Filler(9, 3 << 19)));

    /// <summary>Only who reads all of it finds its pages.</summary>
    public static string Untabled(int bytes) => OfPages(2, more: Filler(8, bytes));

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

    static string OfPages(
        int pages, string? count = null, string box = "[0 0 200 200]", string page = "", string catalog = "", string trailer = "", string image = Fax, int lastContent = 4, string more = "")
    {
        var numbers = Enumerable.Range(FirstPage, pages).ToList();
        return $"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R{catalog}>>endobj\n2 0 obj<</Type/Pages/Kids[{string.Join(' ', numbers.Select(number => $"{number} 0 R"))}]/Count {count ?? $"{pages}"}>>endobj\n"
            + string.Concat(numbers.Select(number => $"{number} 0 obj<</Type/Page/Parent 2 0 R/MediaBox{box}{page}/Contents {(number == numbers[^1] ? lastContent : 4)} 0 R/Resources<</XObject<</Fax 5 0 R>>/Font<</Plain 6 0 R>>>>>>endobj\n"))
            + $"4 {Content}5 0 obj<</Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray{image}\nendstream endobj\n6 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
            + $"{more}trailer<</Size 100/Root 1 0 R{trailer}>>\n%%EOF\n";
    }

    static string Filler(int number, int bytes) => $"{number} 0 obj<</Length {bytes}>>stream\n{new string('x', bytes)}\nendstream endobj\n";

    /// <summary>With the places of its objects, so that nobody has to read it whole to find them.</summary>
    static string WithTable(string document)
    {
        var end = document.LastIndexOf("trailer", StringComparison.Ordinal);
        var objects = Regex.Matches(document, "(?<=\n)([0-9]+) 0 obj").Select(found => $"{found.Groups[1].Value} 1\n{found.Index:D10} 00000 n \n");
        return $"{document[..end]}xref\n0 1\n0000000000 65535 f \n{string.Concat(objects)}{document[end..].Replace("%%EOF", $"startxref\n{end}\n%%EOF", StringComparison.Ordinal)}";
    }
}
