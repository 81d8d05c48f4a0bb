namespace Marketplace.Gateway.Security;

/// <summary>A session as it is written down: whoever reads it learns nothing that lets in.</summary>
/// <param name="Digest">SHA-256 of what its browser shows, which is 256 random bits.</param>
/// <param name="Begun">When it began.</param>
/// <param name="Until">When it is over at the latest.</param>
sealed record KeptSession(byte[] Digest, DateTimeOffset Begun, DateTimeOffset Until);
