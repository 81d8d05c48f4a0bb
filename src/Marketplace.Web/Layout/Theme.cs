using Microsoft.JSInterop;

namespace Marketplace.Web.Layout;

/// <summary>Light or dark: what the system says, unless the user chose. The choice is a cookie, so that the first paint has it already.</summary>
public sealed class Theme(IJSRuntime browser)
{
    /// <summary>The cookie.</summary>
    public const string Cookie = "theme";

    /// <summary>light, dark or null for the system's.</summary>
    public string? Chosen { get; private set; }

    /// <summary>What a cookie's text means; null for anything that is no theme.</summary>
    public static string? Parse(string? text) => text is "light" or "dark" ? text : null;

    /// <summary>Takes over what the page was painted with.</summary>
    public void Restore(string? chosen) => Chosen = Parse(chosen);

    /// <summary>Changes it at once and for later visits.</summary>
    public async Task ChooseAsync(string? theme)
    {
        Chosen = theme;
        await using var page = await browser.InvokeAsync<IJSObjectReference>("import", "/assets/js/page.js");
        await page.InvokeVoidAsync("chooseTheme", theme);
    }
}
