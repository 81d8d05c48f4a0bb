using Marketplace.Application.Agreements;
using Marketplace.Application.Objects;
using Marketplace.Application.Pipeline;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Tests.Pipeline;

public sealed class UseCasesTests
{
    [Fact]
    public async Task MissingService_IsNamed()
    {
        var fault = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => UseCases.Over().Send(new ListObjects("")));
        Assert.Contains("MarketplaceClient", fault.ToString(), StringComparison.Ordinal);

        fault = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => UseCases.Over().Send(new ListAgreements(Address.Zero, All: true)));
        Assert.Contains("Market", fault.ToString(), StringComparison.Ordinal);
    }
}
