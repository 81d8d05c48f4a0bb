using Marketplace.Client.Transport;

namespace Marketplace.Client.Revisions;

/// <summary>What became of a signed revision.</summary>
public abstract record RevisionOutcome
{
    RevisionOutcome()
    {
    }

    /// <summary>Both sides have signed; the catalog says so.</summary>
    public sealed record Countersigned : RevisionOutcome;

    /// <summary>The provider will not have it; it is forgotten.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record Refused(ProviderFailure Failure) : RevisionOutcome;

    /// <summary>It is not known whether the provider has it, or it does not keep to what it signed; the revision stays pending.</summary>
    /// <param name="Failure">What stands in the way.</param>
    public sealed record Unsettled(ProviderFailure Failure) : RevisionOutcome;
}
