using System.Net;
using System.Text.Json;
using Marketplace.Provider.Audits;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Proving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Provider.Administration;

/// <summary>Health and metrics for the node's own administrator, on a loopback address of their own.</summary>
static class AdministrationEndpoints
{
    /// <summary>Answers everything that arrives at the administration port; consumers' calls pass on.</summary>
    public static void MapAdministration(this WebApplication app, IPEndPoint address, StoreHealth store, IProvingHealth proving, AuditService audits,
        PrometheusText metrics) =>
        app.MapWhen(
            http => http.Connection.LocalPort == address.Port && address.Address.Equals(http.Connection.LocalIpAddress),
            branch => branch.Run(http => http.Request.Path.Value switch
            {
                "/health" => AnswerHealthAsync(http, store, proving, audits),
                "/metrics" => AnswerMetricsAsync(http, metrics),
                _ => AnswerNothingAsync(http),
            }));

    static Task AnswerHealthAsync(HttpContext http, StoreHealth store, IProvingHealth proving, AuditService audits)
    {
        var isHealthy = store.Failure is null && proving.Trouble is null && audits.Trouble is null;
        http.Response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(
            http.Response.Body,
            new { healthy = isHealthy, store = store.Failure is null ? "ok" : "the disk failed: restart the node when it is mended", proving = proving.Trouble ?? "ok", audits = audits.Trouble ?? "ok" },
            cancellationToken: http.RequestAborted);
    }

    static Task AnswerMetricsAsync(HttpContext http, PrometheusText metrics)
    {
        http.Response.ContentType = PrometheusText.ContentType;
        return http.Response.WriteAsync(metrics.Write(), http.RequestAborted);
    }

    static Task AnswerNothingAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return http.Response.WriteAsync("There are /health and /metrics here.\n", http.RequestAborted);
    }
}
