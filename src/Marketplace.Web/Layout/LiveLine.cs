using Microsoft.JSInterop;

namespace Marketplace.Web.Layout;

/// <summary>What a page asks to find out whether its live connection still leads to its gateway (Assets/js/awake.js).</summary>
public static class LiveLine
{
    /// <summary>Answers at once, by the way that a click takes, too.</summary>
    [JSInvokable("IsThere")]
    public static bool IsThere() => true;
}
