using Marketplace.Application.Objects;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Files;

/// <summary>How many fragments of files are left, in words. What no proof is over yet is not said to be there.</summary>
public static class HealthWords
{
    /// <summary>For a row: 9 of 12 left</summary>
    public static string Of(FileHealth? health) => health switch
    {
        null => "not known",
        { IsEndangered: true } => $"{health.Left} of {health.Total} left",
        { Unproven: > 0 } => health.Unproven == health.Total ? "not proven yet" : "not all proven yet",
        _ => $"{health.Total} of {health.Total} proven",
    };

    /// <summary>For a folder's row: 3 need attention</summary>
    public static string OfFolder(EndangeredFiles files) => files.Count == 1 ? "1 needs attention" : $"{Figures.Whole((ulong)files.Count)} need attention";

    /// <summary>For its own page: 4 of 12 left, none to spare</summary>
    public static string InFull(FileHealth health) => health switch
    {
        { IsEndangered: false } => Of(health),
        { Margin: < 0 } => $"{Of(health)}, {health.Needed} needed",
        _ => $"{Of(health)}, {(health.Margin == 0 ? "none" : $"{health.Margin}")} to spare",
    };

    /// <summary>How it is coloured, beside its words.</summary>
    public static string ToneOf(FileHealth? health) => health switch
    {
        { IsGrave: true } => "is-grave",
        { IsEndangered: true } => "is-endangered",
        _ => "",
    };

    /// <summary>How near to their loss files are that do alike.</summary>
    public static string SentenceOf(EndangeredFiles files)
    {
        var (health, are) = (files.Health, files.Count == 1 ? "has" : "have");
        var left = $"{Figures.Files(files.Count)} {are} {health.Left} of {health.Total} fragments left";
        return health.Margin switch
        {
            < 0 => $"{left} and cannot be read: it takes {health.Needed}.",
            0 => $"{left}, and none to spare: if one more is lost, {(files.Count == 1 ? "it is" : "they are")} gone.",
            1 => $"{left}, and can lose 1 more fragment.",
            _ => $"{left}, and can lose {health.Margin} more fragments.",
        };
    }

    /// <summary>What has happened to the files that are the worst off.</summary>
    /// <param name="worst">Of all.</param>
    public static string TitleOf(FileHealth worst) =>
        worst.Margin < 0 ? "Files cannot be read now." : worst.IsGrave ? "Files are close to being lost." : "Fragments of files are missing.";
}
