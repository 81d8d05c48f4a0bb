using System.Text.RegularExpressions;
using Marketplace.Web.Tests.Network;

namespace Marketplace.Web.Tests.Serving;

/// <summary>The pages of docs/guide.</summary>
public sealed class GuideTests
{
    static readonly string Guide = Path.Combine(Chromium.Root, "docs", "guide");

    [Fact]
    public void Pages_ShowPicturesAndLinkToPages_ThatAreThere()
    {
        var missing = new List<string>();
        foreach (var page in Directory.GetFiles(Guide, "*.md"))
        {
            foreach (Match link in Regex.Matches(File.ReadAllText(page), @"\]\(([^)#:]+)\)"))
            {
                if (!File.Exists(Path.Combine(Guide, link.Groups[1].Value)))
                    missing.Add($"{Path.GetFileName(page)}: {link.Groups[1].Value}");
            }
        }
        Assert.Empty(missing);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(Guide, "images")));
    }
}
