namespace Marketplace.Web.Tests.Network;

/// <summary>One network and one browser for all tests that look at pages; each test has a browser profile of its own.</summary>
public sealed class SharedWeb : IAsyncLifetime
{
    internal WebFixture Web { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Web = await WebFixture.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Web.DisposeAsync();
}

/// <inheritdoc cref="SharedWeb"/>
[CollectionDefinition(Name)]
public sealed class WebCollection : ICollectionFixture<SharedWeb>
{
    public const string Name = "dApp";
}
