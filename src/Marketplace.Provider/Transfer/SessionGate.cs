using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;
using Marketplace.Provider.Agreements;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Provider.Transfer;

/// <summary>Lets through the calls of an agreement's consumer: a session that the agreement's current data key signed for this provider.</summary>
sealed class SessionGate(AgreementLedger agreements, NodeIdentity identity, TimeProvider time)
{
    /// <summary>What a call is about, once it was let through.</summary>
    public static StoredAgreement AgreementOf(HttpContext http) => (StoredAgreement)http.Items[typeof(StoredAgreement)]!;

    /// <summary>Runs before every call but the status.</summary>
    public async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!TransferRoutes.TryParseAgreement((http.Request.RouteValues["id"] as string).AsSpan(), out var id))
            return Refusal.BadRequest("The path names no agreement: its number must be in decimal.");
        if (!SessionToken.TryParseHeader(http.Request.Headers.Authorization.ToString(), out var token) || token.Session.Agreement != id)
            return Unauthorized("This call needs a session for the agreement in its Authorization header.");
        if (agreements.Find(id) is not { } agreement)
            return new Refusal(RefusalCode.UnknownAgreement, "This provider knows no such agreement, or not yet: it follows the chain.");
        if (!token.IsGoodFor(identity.Domain, identity.Provider, agreement.Terms.DataKey, time.GetUtcNow()))
            return Unauthorized("The session is over, for another provider, or not signed by the agreement's current data key.");
        http.Items[typeof(StoredAgreement)] = agreement;
        return await next(context);
    }

    static Refusal Unauthorized(string message) => new(RefusalCode.Unauthorized, message);
}

/// <summary>Who this node is to its consumers.</summary>
/// <param name="Domain">The market whose signatures it gives and takes.</param>
/// <param name="Provider">The owner's address.</param>
/// <param name="Operator">The node's key.</param>
public sealed record NodeIdentity(MarketDomain Domain, Address Provider, Address Operator);
