namespace Marketplace.Client.Watching;

/// <summary>Objects that are spread alike once an agreement has ended.</summary>
/// <param name="Objects">How many.</param>
/// <param name="Left">Fragments in agreements that run on.</param>
/// <param name="Total">n: fragments that there were to begin with.</param>
/// <param name="Needed">k: with fewer they are lost.</param>
/// <param name="RepairAt">r: at so few they should be stored again.</param>
public sealed record ThinnedObjects(int Objects, int Left, int Total, int Needed, int RepairAt)
{
    /// <summary>Whether nobody can bring them back then.</summary>
    public bool IsLost => Left < Needed;

    /// <summary>Whether they should be stored again.</summary>
    public bool IsAtRisk => Left <= RepairAt;
}
