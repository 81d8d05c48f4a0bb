using Marketplace.Client.Keys;

namespace Marketplace.Client.Tests.Network;

/// <summary>The vault that the tests' networks know.</summary>
static class TestVault
{
    public static VaultKeys Keys { get; } = new(Enumerable.Repeat((byte)42, 32).ToArray());
}
