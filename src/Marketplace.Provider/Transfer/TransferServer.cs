using System.Net;
using System.Security.Authentication;
using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Transfer;

/// <summary>The node's face to consumers: docs/protocol.md, section 6, over TLS with the node's own key.</summary>
static partial class TransferServer
{
    /// <summary>The longest body: as many fragments as a request may carry would never fit; what a gateway sends at once does.</summary>
    const long MaxBody = 1L << 30;

    public static void Listen(KestrelServerOptions kestrel, IPEndPoint address, TlsIdentity tls)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        kestrel.Limits.MaxConcurrentConnections = 1_024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        // Slow senders are ended: less than 1 KiB/s is not waited for after the first half minute.
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1_024, TimeSpan.FromSeconds(30));
        kestrel.Listen(address, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(tls.Certificate, https => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
        });
    }

    /// <summary>How the server's sockets are read and written.</summary>
    public static void Tune(SocketTransportOptions sockets)
    {
        // A block waits in each connection's hands: of two calls for each piece that arrives, one is left.
        sockets.WaitForDataBeforeAllocatingBuffer = false;
        // What follows a read is done where the read ended, not by another thread that has to be woken. Nothing here waits for a lock or for
        // another connection; hashing and writing are this connection's own work.
        sockets.UnsafePreferInlineScheduling = true;
    }

    public static void AddTransfer(this IServiceCollection services) => services
        .AddSingleton<IMemoryPoolFactory<byte>, BlockPoolFactory>()
        .AddSingleton<SessionGate>()
        .AddSingleton<FragmentUploads>()
        .AddSingleton<FragmentDownloads>()
        .AddSingleton<Revisions>()
        .AddSingleton<AgreementReads>()
        .AddSingleton<Vouchers>()
        .AddSingleton<StatusAnswer>();

    public static void MapTransfer(this WebApplication app)
    {
        app.Use(AnswerFaultsAsync);
        var services = app.Services;
        var gate = services.GetRequiredService<SessionGate>();
        var uploads = services.GetRequiredService<FragmentUploads>();
        var downloads = services.GetRequiredService<FragmentDownloads>();
        var revisions = services.GetRequiredService<Revisions>();
        var reads = services.GetRequiredService<AgreementReads>();
        var vouchers = services.GetRequiredService<Vouchers>();
        var status = services.GetRequiredService<StatusAnswer>();

        app.MapGet(TransferRoutes.Status, () => status.Get());
        var calls = app.MapGroup("").AddEndpointFilter(gate.FilterAsync);
        calls.MapPost(TransferRoutes.FragmentsTemplate, (HttpContext http, CancellationToken cancellationToken) => uploads.PostAsync(http, cancellationToken));
        calls.MapGet(TransferRoutes.FragmentTemplate, (HttpContext http, string root, CancellationToken cancellationToken) => downloads.GetAsync(http, root, cancellationToken));
        calls.MapPost(TransferRoutes.RevisionsTemplate, (HttpContext http, CancellationToken cancellationToken) => revisions.PostAsync(http, cancellationToken));
        calls.MapGet(TransferRoutes.RevisionTemplate, (HttpContext http) => revisions.Get(http));
        calls.MapGet(TransferRoutes.SlotsTemplate, (HttpContext http) => reads.GetSlots(http));
        calls.MapGet(TransferRoutes.InclusionTemplate, (HttpContext http, CancellationToken cancellationToken) => reads.GetInclusionAsync(http, cancellationToken));
        calls.MapPut(TransferRoutes.RecordTemplate, (HttpContext http, CancellationToken cancellationToken) => reads.PutRecordAsync(http, cancellationToken));
        calls.MapGet(TransferRoutes.RecordTemplate, (HttpContext http) => reads.GetRecord(http));
        calls.MapPost(TransferRoutes.VoucherTemplate, (HttpContext http, CancellationToken cancellationToken) => vouchers.PostAsync(http, cancellationToken));
        calls.MapGet(TransferRoutes.VoucherTemplate, (HttpContext http) => vouchers.Get(http));
        app.MapFallback(() => new Refusal(RefusalCode.NotFound, "There is no such call."));
    }

    /// <summary>A fault becomes a refusal that says nothing of the node's insides; the log has the rest.</summary>
    static async Task AnswerFaultsAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception gone) when (gone is OperationCanceledException or ConnectionResetException && http.RequestAborted.IsCancellationRequested)
        {
            // The consumer went away; there is nobody to answer.
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            var refusal = fault switch
            {
                StoreFailedException => new Refusal(RefusalCode.StoreFailed, "This provider's disk failed; it accepts nothing more until it is restarted."),
                StoreOutOfSpaceException => new Refusal(RefusalCode.OutOfSpace, "The provider's disk is full."),
                Microsoft.AspNetCore.Http.BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new Refusal(RefusalCode.TooLarge, "The body is too long."),
                Microsoft.AspNetCore.Http.BadHttpRequestException => Refusal.BadRequest("The request is malformed."),
                _ => new Refusal(RefusalCode.Internal, "The provider failed to answer."),
            };
            if (refusal.Code is RefusalCode.Internal or RefusalCode.StoreFailed)
                LogFault(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(TransferServer)), http.Request.Method, http.GetEndpoint()?.DisplayName ?? "an unknown call", fault);
            await refusal.ExecuteAsync(http);
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "{Method} failed at {Call}")]
    static partial void LogFault(ILogger logger, string method, string call, Exception fault);
}

/// <summary>What the node tells anybody.</summary>
sealed class StatusAnswer(NodeIdentity identity, FragmentStore fragments, Proving.ICheckpointReader checkpoints)
{
    public IResult Get() => Answer.Json(
        new StatusMessage(
            NodeVersion.Text, identity.Domain.ChainId, identity.Domain.StorageAgreements, identity.Provider, identity.Operator,
            (ulong)fragments.FreeBytes(), checkpoints.NewestCommitted?.CommittedIn.Value),
        TransferJson.Default.StatusMessage);
}

/// <summary>The software's version.</summary>
static class NodeVersion
{
    public static string Text { get; } = typeof(NodeVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
