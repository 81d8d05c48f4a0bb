using Marketplace.Ethereum.Primitives;

namespace Marketplace.Web.Provide;

/// <summary>What a provider types on the node's machine.</summary>
public static class NodeCommands
{
    /// <summary>In the place of which its user sets the chain's JSON-RPC address, the host under which others reach the node, and how many GiB it may fill.</summary>
    public const string Chain = "URL", Host = "HOST", Capacity = "GIB";

    /// <summary>Keeps and proves what is rented.</summary>
    public const string Run = "marketplace provider run";

    /// <summary>Makes the node of an owner whose key stays elsewhere.</summary>
    public static string InitFor(Address owner) =>
        $"marketplace provider init --chain {Chain} --deployment {DeploymentExport.FileName} --endpoint https://{Host}:7443 --capacity {Capacity} --owner {owner}";
}
