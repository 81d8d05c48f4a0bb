using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Cli.Devnet;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Ethereum.Tests.JsonRpc;

/// <summary>A node of ours that misbehaves as told: an HTTP listener whose every answer the test writes.</summary>
sealed class ScriptedNode : IAsyncDisposable
{
    readonly HttpListener listener = new();
    readonly Task serving;

    public ScriptedNode(Func<JsonElement, HttpListenerContext, Task> answer)
    {
        Port = FreePort.On(IPAddress.Loopback);
        listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        listener.Start();
        serving = ServeAsync(answer);
    }

    public int Port { get; }

    public int Requests { get; private set; }

    public string? Authorization { get; private set; }

    /// <summary>Answers every request with this text, <c>$ID</c> being the id asked with.</summary>
    public static ScriptedNode Always(string text, int status = 200) =>
        new((request, context) => ReplyAsync(context, Fill(text, request), status));

    public static string Fill(string text, JsonElement request) =>
        text.Replace("$ID", request.ValueKind == JsonValueKind.Object ? request.GetProperty("id").GetRawText() : "null");

    public static async Task ReplyAsync(HttpListenerContext context, string text, int status = 200)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }

    public RpcHttpConnection Connect(RpcConnectionOptions? options = null, string path = "") => new(
        RpcEndpoint.Parse($"http://127.0.0.1:{Port}/{path}"),
        options ?? new RpcConnectionOptions { RetryDelay = TimeSpan.FromMilliseconds(1), Timeout = TimeSpan.FromSeconds(5) },
        TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        listener.Abort();
        await serving;
    }

    async Task ServeAsync(Func<JsonElement, HttpListenerContext, Task> answer)
    {
        while (true)
        {
            try
            {
                var context = await listener.GetContextAsync();
                _ = AnswerAsync(answer, context);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    async Task AnswerAsync(Func<JsonElement, HttpListenerContext, Task> answer, HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            Requests++;
            Authorization = context.Request.Headers["Authorization"];
            await answer(JsonElement.Parse(body.ToArray()), context);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The client hung up, which is what the test is about.
        }
    }
}
