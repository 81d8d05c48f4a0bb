namespace Marketplace.Web.Serving;

/// <summary>How the host lets browsers in.</summary>
/// <param name="SignOutPath">Where a form ends the session; null where nobody signs in.</param>
public sealed record VisitorAccess(string? SignOutPath);
