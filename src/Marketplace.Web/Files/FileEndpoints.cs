using System.Globalization;
using System.Text.Json.Serialization;
using Marketplace.Application.Live;
using Marketplace.Application.Transfers;
using Marketplace.Application.Vaults;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Web.Files;

/// <summary>The bytes of files, in and out. What is stored is data of strangers: it is never given to the browser as a page of this site.</summary>
static class FileEndpoints
{
    /// <summary>Bytes; the sizes of some hundred thousand files.</summary>
    const long LongestQuestion = 8 << 20;

    /// <summary>The address of a file's content.</summary>
    /// <param name="name">The file.</param>
    /// <param name="isSaved">Whether the browser is to save it instead of showing it.</param>
    /// <param name="version">Of an earlier version, its number; null for the live one.</param>
    public static string UrlOf(string name, bool isSaved, ulong? version = null) => string.Create(
        CultureInfo.InvariantCulture, $"/files/content?name={Uri.EscapeDataString(name)}{(version is { } number ? $"&version={number}" : "")}{(isSaved ? "&save=1" : "")}");

    public static void MapFiles(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/files/uploads", (NewUpload upload, TransferQueue queue) =>
        {
            // What turns after this is not missed by whoever waits for it.
            var turns = queue.Turns;
            var answer = queue.Begin(upload.Name ?? "", upload.Size, upload.Sender ?? Guid.NewGuid());
            var begun = answer as TransferBeginning.Begun;
            return Results.Json(new { reply = answer.GetType().Name, id = begun?.Id, isPaused = begun?.IsPaused, turns, refusal = (answer as TransferBeginning.Refused)?.Reason });
        });
        endpoints.MapPost("/files/uploads/room", async ([FromBody] long[] sizes, VaultDoor door, MarketPulse pulse, TransferQueue queue, CancellationToken cancellationToken) =>
            Results.Json(await HeldRoom.WeighAsync(sizes, door, pulse, queue, cancellationToken)))
            .WithMetadata(new RequestSizeLimitAttribute(LongestQuestion));
        endpoints.MapPut("/files/uploads/{id:guid}/{position:long}", async (Guid id, long position, HttpContext context, TransferQueue queue) =>
        {
            var turns = queue.Turns;
            var (reply, next) = await queue.WriteAsync(id, position, context.Request.Body, context.RequestAborted);
            return Results.Json(new { reply = reply.ToString(), next, turns });
        });
        endpoints.MapDelete("/files/uploads/{id:guid}", (Guid id, TransferQueue queue) => queue.Cancel(id));
        endpoints.MapPost("/files/uploads/{id:guid}/lost", (Guid id, TransferQueue queue) => queue.Lose(id));
        endpoints.MapPost("/files/uploads/senders/{sender:guid}", (Guid sender, TransferQueue queue) => queue.Hear(sender));
        endpoints.MapPost("/files/uploads/senders/{sender:guid}/places/{what}", (Guid sender, TransferPlace what, HttpContext context, TransferQueue queue) =>
            queue.WaitForPlacesAsync(what, sender, context.RequestAborted));
        endpoints.MapPost("/files/uploads/senders/{sender:guid}/paused/{known:long}", async (Guid sender, long known, HttpContext context, TransferQueue queue) =>
        {
            var (turns, paused) = await queue.WaitForTurnAsync(sender, known, context.RequestAborted);
            return Results.Json(new { turns, paused });
        });
        endpoints.MapPost("/files/uploads/senders/{sender:guid}/gone", (Guid sender, TransferQueue queue) => queue.Leave(sender));
        endpoints.MapMethods("/files/content", [HttpMethods.Get, HttpMethods.Head], ServeAsync);
        endpoints.MapGet("/files/archives/{id:guid}", ServeArchiveAsync);
    }

    static async Task ServeArchiveAsync(Guid id, HttpContext context, VaultDoor door, Archives archives)
    {
        if (door.State is not VaultState.Open { Vault: var vault } || archives.Find(id, vault) is not { } archive)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = "application/zip";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(archive.FileName);
        context.Response.Headers.ContentDisposition = disposition.ToString();
        // At the end of each file .NET's archive writes its few bytes of size and checksum in one go.
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, vault.Closing);
        // As any download that ends early.
        if (!await archive.WriteAsync(context.Response.Body, either.Token))
            context.Abort();
    }

    static async Task ServeAsync(HttpContext context, VaultDoor door)
    {
        if (door.State is not VaultState.Open { Vault: var vault }
            || !ObjectName.TryCreate(context.Request.Query["name"], out var name, out _)
            || FindVersion(vault, name, context.Request.Query["version"]) is not { } version)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        using var reader = await vault.Client.OpenAsync(version, context.RequestAborted);
        if (reader is null)
        {
            await RefuseAsync(context, "The file's manifest is damaged, or not this vault's.");
            return;
        }
        // A download that goes on after the file was replaced begins anew instead of mixing two versions (RFC 9110, 13.1.5).
        if (context.Request.Headers.IfRange is { Count: > 0 } condition && condition != TagOf(version))
            context.Request.Headers.Range = default;
        if (!TryFindRange(context.Request, reader.Size, out var from, out var count))
        {
            context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            context.Response.Headers.ContentRange = $"bytes */{reader.Size}";
            return;
        }
        Describe(context, version, from, count, reader.Size);
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var result = await reader.CopyRangeToAsync(from, count, context.Response.Body, progress: null, context.RequestAborted);
        if (result is not DownloadResult.Incomplete incomplete)
            return;
        // A download that ends early has to look like one.
        if (context.Response.HasStarted)
            context.Abort();
        else
            await RefuseAsync(context, incomplete.Message);
    }

    static StoredVersion? FindVersion(OpenVault vault, ObjectName name, string? number) =>
        number is null ? vault.Client.Find(name)
        : ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? vault.Client.FindVersion(name, wanted)
        : null;

    static void Describe(HttpContext context, StoredVersion version, long from, long count, long size)
    {
        var headers = context.Response.Headers;
        var isSaved = context.Request.Query.ContainsKey("save");
        context.Response.ContentType = Previews.ContentTypeOf(version.Name.Value) ?? "application/octet-stream";
        context.Response.ContentLength = count;
        headers.AcceptRanges = "bytes";
        headers.ETag = TagOf(version);
        var disposition = new ContentDispositionHeaderValue(isSaved || Previews.KindOf(version.Name.Value) == PreviewKind.None ? "attachment" : "inline");
        disposition.SetHttpFileName(Previews.FileNameOf(version.Name.Value));
        headers.ContentDisposition = disposition.ToString();
        // Whatever it is, it runs nothing and is of no site's origin. Browsers' viewers of PDF are walled off themselves, and do not start in a sandbox.
        var isPdf = Previews.KindOf(version.Name.Value) == PreviewKind.Pdf;
        headers.ContentSecurityPolicy = (isPdf ? "object-src 'self'; " : "sandbox; ") + "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; frame-ancestors 'self'";
        headers.XFrameOptions = "SAMEORIGIN";
        if (context.Request.Headers.Range.Count == 0)
            return;
        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        headers.ContentRange = $"bytes {from}-{from + count - 1}/{size}";
    }

    /// <summary>The one range that is asked for, or all; false when it lies outside.</summary>
    internal static bool TryFindRange(HttpRequest request, long size, out long from, out long count)
    {
        (from, count) = (0, size);
        if (size == 0 || request.GetTypedHeaders().Range is not { Unit.Value: "bytes", Ranges: { Count: 1 } ranges })
        {
            // Several ranges at once are answered as none, which is allowed (RFC 9110, 14.2).
            request.Headers.Range = default;
            return true;
        }
        var range = ranges.Single();
        var first = range.From ?? Math.Max(0, size - (range.To ?? 0));
        var last = range.From is null ? size - 1 : Math.Min(range.To ?? size - 1, size - 1);
        (from, count) = (first, last - first + 1);
        return first < size && count > 0;
    }

    static string TagOf(StoredVersion version) => $"\"{version.Id.Value}\"";

    static Task RefuseAsync(HttpContext context, string message)
    {
        // What protects the page stays; what describes the file goes.
        var headers = context.Response.Headers;
        (headers.ContentLength, headers.ContentRange, headers.ContentDisposition, headers.ETag) = (null, default, default, default);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }

    sealed record NewUpload([property: JsonRequired] string? Name, [property: JsonRequired] long Size, Guid? Sender = null);
}
