using System.Text;
using Marketplace.Chain;
using Marketplace.Chain.Deployments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Web.Provide;

/// <summary>Where the market's contracts are, as the file that nodes and vaults are made with.</summary>
public static class DeploymentExport
{
    /// <summary>Where the browser gets it, and what it is called then.</summary>
    public const string Path = "/" + FileName, FileName = "deployment.json";

    internal static void MapDeployment(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, (Market market) => Results.File(Encoding.UTF8.GetBytes(DeploymentFile.Write(market.Deployment)), "application/json", FileName));
}
