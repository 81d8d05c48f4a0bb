using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Web.Serving;

static class AssetEndpoints
{
    /// <summary>Serves the embedded files; a browser that has one asks again only when its address changed.</summary>
    public static void MapAssets(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/assets/{**path}", (string path, HttpContext context, AssetFiles assets) => Serve(assets.Find(path), context));
        endpoints.MapGet("/_framework/blazor.web.js", (HttpContext context, AssetFiles assets) => Serve(assets.Find("js/blazor.web.js"), context));
        endpoints.MapGet("/favicon.ico", (HttpContext context, AssetFiles assets) => Serve(assets.Find("icons/icon.svg"), context));
    }

    static IResult Serve(AssetFile? file, HttpContext context)
    {
        if (file is null)
            return Results.NotFound();
        context.Response.Headers.CacheControl = context.Request.Query["v"] == file.Version ? "public, max-age=31536000, immutable" : "no-cache";
        return Results.Bytes(file.Content, file.ContentType, entityTag: new EntityTagHeaderValue($"\"{file.Version}\""));
    }
}
