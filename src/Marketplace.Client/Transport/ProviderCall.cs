using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Transport;

/// <summary>Sends one request, watches it for stalls, and turns whatever goes wrong into a <see cref="ProviderFailure"/>.</summary>
sealed class ProviderCall(PinnedConnection connection, TransportOptions options, TimeProvider time)
{
    public Task<Answer<T>> GetJsonAsync<T>(
        string path, SessionSource? session, JsonTypeInfo<T> type, CancellationToken cancellationToken, long transferred = 0)
        where T : class =>
        SendAsync(HttpMethod.Get, path, session, _ => null, (body, token) => ReadJsonAsync(body, type, token), transferred, cancellationToken);

    public Task<Answer<T>> SendJsonAsync<T>(
        HttpMethod method, string path, SessionSource session, Func<StallGuard, HttpContent> content, JsonTypeInfo<T> type, long transferred,
        CancellationToken cancellationToken)
        where T : class =>
        SendAsync(method, path, session, content, (body, token) => ReadJsonAsync(body, type, token), transferred, cancellationToken);

    /// <param name="method">GET, POST or PUT.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="session">Gives the bearer token, if the call needs one.</param>
    /// <param name="content">Makes the request's body, which reports its progress to the guard.</param>
    /// <param name="read">Reads a good answer's body; null when it breaks the protocol.</param>
    /// <param name="transferred">Bytes that go one way or the other, for which the call gets time beside what any may take.</param>
    /// <param name="cancellationToken">Ends the call; the only thing that throws.</param>
    public async Task<Answer<T>> SendAsync<T>(
        HttpMethod method,
        string path,
        SessionSource? session,
        Func<StallGuard, HttpContent?> content,
        Func<Stream, CancellationToken, ValueTask<T?>> read,
        long transferred,
        CancellationToken cancellationToken)
        where T : class
    {
        var whole = options.CallTimeout + TimeSpan.FromSeconds((double)transferred / options.SlowestRate);
        using var guard = new StallGuard(options.StallTimeout, whole, time, cancellationToken);
        using var request = new HttpRequestMessage(method, path) { Content = content(guard) };
        if (session is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue(SessionToken.Scheme, session.Current());
        try
        {
            using var response = await connection.SendAsync(request, guard.Token);
            guard.Moved();
            await using var body = new GuardedStream(await response.Content.ReadAsStreamAsync(guard.Token), guard);
            if (!response.IsSuccessStatusCode)
                return await ReadRefusalAsync((int)response.StatusCode, body, session, guard.Token);
            return await read(body, guard.Token) is { } answer ? answer : ProviderFailure.Lie("The answer does not follow the protocol.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return guard.HasStalled ? new ProviderFailure(FailureKind.Stalled, $"Nothing moved for {options.StallTimeout.TotalSeconds:0.#} s.")
                : guard.IsOverdue ? new ProviderFailure(FailureKind.Stalled, $"It was not done within {whole.TotalSeconds:0.#} s.")
                : new ProviderFailure(FailureKind.Unreachable, "The connection could not be made in time.");
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            return new ProviderFailure(FailureKind.WrongKey, "The node does not have the registered TLS key.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new ProviderFailure(FailureKind.Unreachable, e.Message);
        }
    }

    static async Task<ProviderFailure> ReadRefusalAsync(
        int status, Stream body, SessionSource? session, CancellationToken cancellationToken)
    {
        var refusal = await ReadJsonAsync(body, TransferJson.Default.RefusalMessage, cancellationToken);
        var code = RefusalCodes.Parse(refusal?.Code);
        if (code == RefusalCode.Unauthorized)
            session?.Forget();
        return new ProviderFailure(FailureKind.Refused, Printable(refusal?.Message) ?? $"HTTP status {status}.", code, refusal?.Current);
    }

    /// <summary>A provider's text without what could steer a terminal.</summary>
    static string? Printable(string? message) =>
        string.IsNullOrEmpty(message) ? null : string.Create(message.Length, message, static (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i])
                    || char.GetUnicodeCategory(source[i]) == System.Globalization.UnicodeCategory.Format
                    ? '?'
                    : source[i];
        });

    static async ValueTask<T?> ReadJsonAsync<T>(Stream body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var bytes = await ReadBoundedAsync(body, TransferLimits.MaxJsonAnswer, cancellationToken);
        return bytes is not null && TransferJson.TryRead(bytes, type, out var message) ? message : null;
    }

    /// <summary>Reads a body to its end; null when it is longer than <paramref name="limit"/>. Memory grows with what has arrived
    /// only.</summary>
    public static async ValueTask<byte[]?> ReadBoundedAsync(Stream body, int limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(16 << 10, limit + 1)];
        var length = 0;
        while (true)
        {
            var read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                return buffer[..length];
            length += read;
            if (length > limit)
                return null;
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limit + 1));
        }
    }
}
