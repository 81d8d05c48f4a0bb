using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>An account as if it had other code, for a trial that changes nothing (geth's "state override set"). Not every endpoint can do it.</summary>
/// <param name="Account">Which.</param>
/// <param name="Code">What it would run.</param>
public sealed record StateOverride(Address Account, Bytes Code);
