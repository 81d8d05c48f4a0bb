using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateway.Security;

/// <summary>Tells the gateway's user from everybody else who reaches its port.</summary>
internal interface IVisitorGuard
{
    /// <summary>Ends when the user that sent a request is let in no more; null where it is not let in now.</summary>
    CancellationToken? Admit(HttpRequest request);

    /// <summary>Answers those requests by which one is let in or leaves.</summary>
    /// <returns>False for any other, which is left as it is.</returns>
    Task<bool> TryAnswerAsync(HttpContext context);

    /// <summary>Answers a request of somebody who is not let in.</summary>
    Task TurnAwayAsync(HttpContext context);
}
