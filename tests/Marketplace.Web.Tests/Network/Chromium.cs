using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Network;

/// <summary>
/// The browser that scripts/browser.mjs unpacks into .tools/, with the libraries it needs beside it; or the one that MARKETPLACE_CHROMIUM names.
/// </summary>
static class Chromium
{
    /// <summary>The project's root folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>axe-core's script.</summary>
    public static string Axe => Path.Combine(Root, "tests", "Marketplace.Web.Tests", "browser", "node_modules", "axe-core", "axe.min.js");

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        var own = Environment.GetEnvironmentVariable("MARKETPLACE_CHROMIUM");
        var folder = Path.Combine(Root, ".tools", "chromium");
        var program = own ?? Path.Combine(folder, "chromium");
        Assert.True(File.Exists(program), $"There is no browser at {program}; run `node scripts/browser.mjs`.");
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
        if (own is null)
        {
            environment["LD_LIBRARY_PATH"] = Path.Combine(folder, "lib");
            environment["FONTCONFIG_PATH"] = Path.Combine(folder, "fonts");
        }
        return playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Env = environment,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--font-render-hinting=none"],
            Timeout = 120_000,
        });
    }

    static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Marketplace.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of the project.");
        return folder;
    }
}
