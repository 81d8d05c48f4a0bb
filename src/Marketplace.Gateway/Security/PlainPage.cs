using System.Net;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateway.Security;

/// <summary>Pages for those who are not let in. They run no script and load nothing that is not public.</summary>
static class PlainPage
{
    /// <param name="context">Whose answer.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="title">Fixed text.</param>
    /// <param name="body">Fixed markup; nothing of the request's but what was checked and escaped.</param>
    public static Task WriteAsync(HttpContext context, HttpStatusCode status, string title, string body)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"""
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><title>{title} · Storage Marketplace</title><link rel="icon" href="/assets/icons/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/assets/app.css"></head>
            <body class="plain-page"><main>{body}</main></body></html>
            """,
            context.RequestAborted);
    }
}
