using System.Globalization;

namespace Marketplace.Client.Catalog;

/// <summary>Names for what is kept of a removed object when another object takes its name.</summary>
static class RemovedNames
{
    /// <summary>The first free one of: report (removed).txt, report (removed 2).txt, and so on.</summary>
    /// <param name="name">The name that was taken.</param>
    /// <param name="isFree">Whether nothing has a name.</param>
    public static ObjectName For(ObjectName name, Func<ObjectName, bool> isFree)
    {
        var dot = name.Value.LastIndexOf('.');
        // A name that begins with its only dot has no ending, nor has one whose last dot is in a folder's name.
        var stem = dot > name.Value.LastIndexOf('/') + 1 ? dot : name.Value.Length;
        for (var number = 1; ; number++)
        {
            var mark = number == 1 ? " (removed)" : string.Create(CultureInfo.InvariantCulture, $" (removed {number})");
            var tooLong = Math.Max(0, name.Value.Length + mark.Length - ObjectName.MaxLength);
            var kept = Math.Max(0, stem - tooLong);
            // Not between the halves of a character.
            if (kept > 0 && kept < stem && char.IsHighSurrogate(name.Value[kept - 1]))
                kept--;
            var text = name.Value[..kept] + mark + name.Value[stem..];
            // An ending as long as a whole name leaves no room before it.
            if (ObjectName.TryCreate(text.Length > ObjectName.MaxLength ? mark.Trim() : text, out var found, out _) && isFree(found))
                return found;
        }
    }
}
