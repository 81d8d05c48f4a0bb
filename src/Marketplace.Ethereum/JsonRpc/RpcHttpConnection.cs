using System.Net;
using System.Text.Json;
using Polly;
using Polly.Retry;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>
/// JSON-RPC 2.0 over pooled HTTP connections. Every attempt has a time limit and every answer a size limit; redirects are not followed,
/// since they would carry
/// credentials elsewhere.
/// </summary>
public sealed class RpcHttpConnection : IRpcConnection, IDisposable
{
    readonly RpcEndpoint endpoint;
    readonly RpcConnectionOptions options;
    readonly TimeProvider time;
    readonly HttpClient http;
    readonly ResiliencePipeline retrying;
    long lastId;

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds.</exception>
    public RpcHttpConnection(RpcEndpoint endpoint, RpcConnectionOptions options, TimeProvider time)
    {
        options.Validate();
        (this.endpoint, this.options, this.time) = (endpoint, options, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        retrying = BuildRetrying(options, time);
    }

    /// <inheritdoc/>
    public async Task<RpcReply> SendAsync(RpcCall call, CancellationToken cancellationToken = default)
    {
        var id = Interlocked.Increment(ref lastId);
        var answer = await ExchangeAsync(RpcMessages.Write(call, id), call.IsRepeatable, cancellationToken);
        return RpcMessages.ReadSingle(answer, call, id);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default)
    {
        var replies = new List<RpcReply>(calls.Count);
        foreach (var part in calls.Chunk(options.MaxBatch))
        {
            var firstId = Interlocked.Add(ref lastId, part.Length) - part.Length + 1;
            var answer = await ExchangeAsync(RpcMessages.Write(part, firstId), part.All(call => call.IsRepeatable), cancellationToken);
            replies.AddRange(RpcMessages.ReadBatch(answer, part, firstId));
        }
        return replies;
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    async Task<JsonElement> ExchangeAsync(ReadOnlyMemory<byte> request, bool repeatable, CancellationToken cancellationToken) =>
        repeatable
            ? await retrying.ExecuteAsync(async token => await AttemptAsync(request, token), cancellationToken)
            : await AttemptAsync(request, cancellationToken);

    async Task<JsonElement> AttemptAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.Target);
            message.Headers.Authorization = endpoint.Authorization;
            message.Content = new ReadOnlyMemoryContent(request) { Headers = { ContentType = new("application/json") } };
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await ReadAsync(response, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RpcTimeoutException(endpoint, options.Timeout);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RpcTransportException($"{endpoint} could not be reached or broke off: {e.Message}", e);
        }
    }

    /// <summary>Some nodes send JSON-RPC errors with an HTTP error status, so the body decides, where it is JSON at all.</summary>
    async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var isRefusal = (int)response.StatusCode is 401 or 403 or 407 or 408 or 429 or 502 or 503 or 504;
        if (isRefusal)
            throw Refused(response);
        var body = await ReadBoundedAsync(response, cancellationToken);
        try
        {
            return JsonElement.Parse(body.Span, new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the parser reports names that are not valid UTF-16.
            throw response.IsSuccessStatusCode
                ? new RpcProtocolException($"{endpoint} answered with something that is not JSON.", e)
                : Refused(response);
        }
    }

    RpcTransportException Refused(HttpResponseMessage response)
    {
        var status = response.StatusCode;
        var transient = (int)status is 408 or 429 or >= 500;
        var retryAfter = response.Headers.RetryAfter?.Delta;
        return new RpcTransportException($"{endpoint} answered with HTTP status {(int)status}.", null, status, transient, retryAfter);
    }

    async Task<ReadOnlyMemory<byte>> ReadBoundedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > options.MaxResponseBytes)
            throw new RpcResponseTooLargeException(endpoint, options.MaxResponseBytes);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > options.MaxResponseBytes)
                throw new RpcResponseTooLargeException(endpoint, options.MaxResponseBytes);
            body.Write(buffer, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    static ResiliencePipeline BuildRetrying(RpcConnectionOptions options, TimeProvider time)
    {
        if (options.Retries == 0)
            return ResiliencePipeline.Empty;
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                ShouldHandle = new PredicateBuilder().Handle<RpcTransportException>(fault => fault.IsTransient),
                DelayGenerator = arguments => ValueTask.FromResult(Asked(arguments.Outcome.Exception, options.MaxRetryDelay)),
            })
            .Build();
    }

    /// <summary>The wait that the endpoint asked for, but no longer than we are willing to.</summary>
    static TimeSpan? Asked(Exception? fault, TimeSpan longest) =>
        (fault as RpcTransportException)?.RetryAfter is { } asked && asked > TimeSpan.Zero ? (asked < longest ? asked : longest) : null;
}
