using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateway.Security;

/// <summary>The page that a browser asked for before it was let in, to which it is led then. It may come from anybody's link: it leads to this gateway's own pages alone.</summary>
static class ReturnPath
{
    /// <summary>In an address: /sign-in?return=%2Fprovide.</summary>
    public const string Key = "return";

    /// <summary>Where it leads that leads nowhere else.</summary>
    public const string Start = "/";

    const int Longest = 1_024;

    /// <summary>What is asked for.</summary>
    public static string Of(HttpRequest request) => Check(request.Path.ToUriComponent() + request.QueryString.ToUriComponent());

    /// <summary>What an address names as its return path.</summary>
    public static string AskedBy(HttpRequest request) => Check(request.Query[Key]);

    /// <summary>
    /// The text, if it is a path below this gateway's own address for every browser; else the start page. Browsers take a second slash for the beginning of
    /// a host, a backslash for a slash, and leave tabs and line ends out. What begins with an underscore is no page.
    /// </summary>
    public static string Check(string? text) =>
        text is ['/', ..] and { Length: <= Longest } && text.All(character => character is > ' ' and <= '~' and not '\\') && !text.Contains("//", StringComparison.Ordinal)
            && !text.StartsWith("/_", StringComparison.Ordinal) && !IsDoor(text) ? text : Start;

    /// <summary>An address of the door itself, which would lead in a circle, or out again.</summary>
    static bool IsDoor(string text) => new[] { SignIn.SignInPath, SignIn.SignOutPath, StartSecret.StartPath }
        .Any(path => text.StartsWith(path, StringComparison.OrdinalIgnoreCase) && (text.Length == path.Length || text[path.Length] is '?' or '/' or '#'));
}
