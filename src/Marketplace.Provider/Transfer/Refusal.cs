using Marketplace.Protocol.Transfer;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Provider.Transfer;

/// <summary>A refusal as an HTTP answer.</summary>
/// <param name="Code">What scripts look at.</param>
/// <param name="Message">What people read.</param>
/// <param name="Current">With a revision conflict: the agreement's current revision.</param>
sealed record Refusal(RefusalCode Code, string Message, RevisionMessage? Current = null) : IResult
{
    public static Refusal BadRequest(string message) => new(RefusalCode.BadRequest, message);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Code.ToHttpStatus();
        return Answer.WriteAsync(httpContext, new RefusalMessage(Code.ToText(), Message, Current), TransferJson.Default.RefusalMessage);
    }
}
