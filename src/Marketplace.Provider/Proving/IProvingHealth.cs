namespace Marketplace.Provider.Proving;

/// <summary>Whether the node can do its duty.</summary>
public interface IProvingHealth
{
    /// <summary>What keeps the node from proving, in a sentence; null if nothing does.</summary>
    string? Trouble { get; }
}
