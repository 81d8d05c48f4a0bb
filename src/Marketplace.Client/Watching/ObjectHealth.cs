using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Watching;

/// <summary>How one provider of an object does.</summary>
/// <param name="Index">The fragment index that it holds of every segment.</param>
/// <param name="Agreement">The agreement.</param>
/// <param name="Provider">The provider's owner address.</param>
/// <param name="Checked">Fragments of which leaves were asked for.</param>
/// <param name="Failed">Those that it could not show.</param>
/// <param name="Failure">The first failure; null when it showed all.</param>
public sealed record HolderHealth(int Index, AgreementId Agreement, Address Provider, int Checked, int Failed, ProviderFailure? Failure)
{
    /// <summary>Whether it showed all that it was asked for.</summary>
    public bool IsHealthy => Failure is null;
}

/// <summary>What an object's providers could show.</summary>
/// <param name="Holders">By fragment index.</param>
/// <param name="Needed">k: with fewer the object is lost.</param>
/// <param name="RepairAt">r: at so few it should be stored again.</param>
/// <param name="BytesRead">Leaves that were fetched, in bytes.</param>
public sealed record ObjectHealth(IReadOnlyList<HolderHealth> Holders, int Needed, int RepairAt, long BytesRead)
{
    /// <summary>Providers that showed all that they were asked for.</summary>
    public int Healthy => Holders.Count(holder => holder.IsHealthy);

    /// <summary>Whether it should be stored again.</summary>
    public bool IsAtRisk => Healthy <= RepairAt && Healthy < Holders.Count;

    /// <summary>Whether it can be read now.</summary>
    public bool IsReadable => Healthy >= Needed;

    /// <summary>One sentence for people.</summary>
    public string Message =>
        $"{Healthy} of {Holders.Count} providers hold what they should ({Needed} are needed)"
        + (!IsReadable ? "; it cannot be read now." : IsAtRisk ? "; store it again, before more are lost: get it, and put it under its name." : ".");
}
