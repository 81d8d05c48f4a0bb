namespace Marketplace.Client.Catalog;

/// <summary>How giving objects other names ended; where it was not done, no object was given one.</summary>
public abstract record Renaming
{
    Renaming()
    {
    }

    /// <summary>All have their new names.</summary>
    public sealed record Done : Renaming;

    /// <summary>There is no such object.</summary>
    public sealed record Gone(ObjectName Name) : Renaming;

    /// <summary>Another object has that name, or was to get it as well.</summary>
    public sealed record Taken(ObjectName Name) : Renaming;
}
