namespace Marketplace.Cli.Tests.Network;

/// <summary>One local network for all classes that leave its providers alive.</summary>
[CollectionDefinition(Name)]
public sealed class MarketCollection : ICollectionFixture<LocalNetwork>
{
    public const string Name = "market";
}
