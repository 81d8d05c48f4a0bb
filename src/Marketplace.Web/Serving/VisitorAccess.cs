namespace Marketplace.Web.Serving;

/// <summary>How the host lets browsers in.</summary>
/// <param name="SignOutPath">Where a form ends the session; null where nobody signs in.</param>
/// <param name="SignInPath">Where one signs in, and is led back to what <c>?return=</c> names; null where nobody does.</param>
/// <param name="StayPath">Where a form makes the session outlive the browser's; null where that was decided when signing in.</param>
/// <param name="LeavePath">Where a form makes this browser forget the session; null as for <paramref name="StayPath"/>.</param>
public sealed record VisitorAccess(string? SignOutPath, string? SignInPath, string? StayPath = null, string? LeavePath = null);
