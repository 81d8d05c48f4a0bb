using System.Text.Json.Serialization.Metadata;
using Marketplace.Protocol.Transfer;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Provider.Transfer;

/// <summary>Answers in the protocol's JSON.</summary>
static class Answer
{
    public static IResult Json<T>(T message, JsonTypeInfo<T> type)
        where T : class => new JsonAnswer<T>(message, type);

    public static async Task WriteAsync<T>(HttpContext http, T message, JsonTypeInfo<T> type)
        where T : class
    {
        var body = TransferJson.Write(message, type);
        http.Response.ContentType = TransferRoutes.Json;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>Reads a JSON body of bounded length; null if it is longer, or not such a message.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, int maximum)
        where T : class
    {
        var body = await ReadBodyAsync(http, maximum);
        return body is not null && TransferJson.TryRead(body, type, out var message) ? message : null;
    }

    /// <summary>Reads a body of at most <paramref name="maximum"/> bytes; null if it is longer.</summary>
    public static async Task<byte[]?> ReadBodyAsync(HttpContext http, int maximum)
    {
        if (http.Request.ContentLength > maximum)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[Math.Min(maximum, 16 * 1024)];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            if (body.Length + read > maximum)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    sealed class JsonAnswer<T>(T message, JsonTypeInfo<T> type) : IResult
        where T : class
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, message, type);
    }
}
