using System.Globalization;
using System.Net;
using System.Text.Json;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Proving.Rounds;

/// <summary>
/// drand's HTTP API, version 1: <c>GET {relay}/{chain hash}/public/{round}</c> answers <c>{"round": number, "signature": hex}</c>. Relays
/// are strangers: redirects are not followed, nothing is decompressed, and an answer has a limit in time and in size.
/// </summary>
public sealed class HttpDrandRelays : IDrandRelays, IDisposable
{
    /// <summary>An answer has about 300 bytes.</summary>
    const int MaxAnswerBytes = 4096;

    const int SignatureBytes = 64;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    readonly DrandRelayOptions options;
    readonly TimeProvider time;
    readonly HttpClient http;

    /// <param name="options">Checked already (NodeSettings).</param>
    /// <param name="time">Measures the time limit.</param>
    public HttpDrandRelays(DrandRelayOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            ConnectTimeout = options.TimeLimit,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    public int Count => options.Relays.Count;

    /// <inheritdoc/>
    public string NameOf(int relay) => options.Relays[relay].Authority;

    /// <inheritdoc/>
    public async Task<RelayAnswer> AskAsync(int relay, ulong round, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await FetchAsync(AddressOf(options.Relays[relay], round), round, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RelayAnswer.Useless("it did not answer in time");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new RelayAnswer.Useless("the connection failed");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    Uri AddressOf(Uri relay, ulong round) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{relay.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{options.ChainHash}/public/{round}"));

    async Task<RelayAnswer> FetchAsync(Uri address, ulong round, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or (HttpStatusCode)425)
            return new RelayAnswer.Missing();
        if (response.StatusCode != HttpStatusCode.OK)
            return new RelayAnswer.Useless(string.Create(CultureInfo.InvariantCulture, $"it answered with status {(int)response.StatusCode}"));
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        // One byte more than is allowed, so that a longer answer shows.
        var body = new byte[MaxAnswerBytes + 1];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxAnswerBytes ? new RelayAnswer.Useless("its answer is too long") : Read(body.AsMemory(0, length), round);
    }

    /// <summary>Takes a body apart that may hold anything.</summary>
    internal static RelayAnswer Read(ReadOnlyMemory<byte> body, ulong round)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("round", out var number) || number.ValueKind != JsonValueKind.Number
                || !root.TryGetProperty("signature", out var signature) || signature.ValueKind != JsonValueKind.String)
            {
                return new RelayAnswer.Useless("its answer is no round");
            }
            if (!number.TryGetUInt64(out var given) || given != round)
                return new RelayAnswer.Useless("it answered with another round");
            return ReadSignature(signature.GetString()!);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // The latter: a string that is no valid UTF-16.
            return new RelayAnswer.Useless("its answer is no JSON");
        }
    }

    static RelayAnswer ReadSignature(string hex)
    {
        var signature = new byte[SignatureBytes];
        return hex.Length == 2 * SignatureBytes && hex.All(char.IsAsciiHexDigit)
            && Convert.FromHexString(hex, signature, out _, out _) == System.Buffers.OperationStatus.Done
            ? new RelayAnswer.Claimed(Bytes.Own(signature))
            : new RelayAnswer.Useless("its signature is not 64 bytes");
    }
}
