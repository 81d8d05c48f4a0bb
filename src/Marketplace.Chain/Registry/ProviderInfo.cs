using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Registry;

/// <summary>What a provider says about itself. Nobody has checked it: the endpoint and the region are claims.</summary>
/// <param name="Operator">The node's key.</param>
/// <param name="Endpoint"><c>https://host:port</c></param>
/// <param name="TlsKeyHash">SHA-256 of the node's TLS public key (SubjectPublicKeyInfo).</param>
/// <param name="Region">ISO 3166-1 alpha-2 code, or empty.</param>
/// <param name="Metadata">CID of a description, or empty.</param>
public sealed record ProviderParticulars(Address Operator, string Endpoint, Hash256 TlsKeyHash, string Region = "", string Metadata = "");

/// <summary>A registered provider.</summary>
/// <param name="Owner">Its identity in the market; receives payouts.</param>
/// <param name="RegisteredAt">When.</param>
/// <param name="Particulars">What it says about itself.</param>
public sealed record ProviderInfo(Address Owner, Epoch RegisteredAt, ProviderParticulars Particulars);

/// <summary>How well a provider has done.</summary>
/// <param name="Proven">Epochs proven since the registration.</param>
/// <param name="Missed">Epochs missed while space was reserved, forgiven ones too.</param>
/// <param name="Slashed">Lost, of its own stake and its delegators'.</param>
public sealed record ProviderTrackRecord(ulong Proven, ulong Missed, TokenAmount Slashed);
