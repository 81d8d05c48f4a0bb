using System.Net;
using Marketplace.Application.Providers;
using Marketplace.Chain.Registry;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Application.Tests.Providers;

public sealed class CheckNodeTests
{
    static readonly Address Owner = Address.Parse("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"), Signer = Address.Parse("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955");

    static readonly ProviderParticulars Wanted = new(Signer, "https://node.example:9443", new Hash256(new byte[Hash256.Size]), "NL", "");

    [Fact]
    public async Task Node_WithTheKeysThatAreGiven_Fits() => Assert.IsType<NodeCheck.Fits>(await CheckAsync(Status(Signer)));

    [Fact]
    public async Task Node_ThatSignsWithAnotherAccount_Differs()
    {
        var differs = Assert.IsType<NodeCheck.Differs>(await CheckAsync(Status(Owner)));
        Assert.Equal($"The node signs with the account {Owner}, not with {Signer}.", differs.Trouble);
    }

    [Theory]
    [InlineData(FailureKind.WrongKey, "The node has another TLS key than the one whose hash is given.")]
    [InlineData(FailureKind.Lied, "It serves another provider.")]
    public async Task Node_ThatIsAnother_Differs(FailureKind kind, string trouble) =>
        Assert.Equal(new NodeCheck.Differs(trouble), await CheckAsync(new ProviderFailure(kind, "It serves another provider.")));

    [Theory]
    [InlineData(FailureKind.Unreachable)]
    [InlineData(FailureKind.Stalled)]
    [InlineData(FailureKind.Refused)]
    public async Task Node_ThatDoesNotAnswer_IsNotJudged(FailureKind kind) =>
        Assert.Equal(new NodeCheck.Silent("Nobody is there."), await CheckAsync(new ProviderFailure(kind, "Nobody is there.")));

    static Task<NodeCheck> CheckAsync(Answer<Probe> answer) => new CheckNodeHandler(new OneAnswer(answer)).Handle(new CheckNode(Owner, Wanted), default);

    static Probe Status(Address signer) => new(new StatusMessage("1.0.0", 31_337, Address.Zero, Owner, signer, 1), TimeSpan.Zero, IPAddress.Loopback);

    sealed class OneAnswer(Answer<Probe> answer) : IProviderTransport
    {
        public Task<Answer<Probe>> ProbeAsync(ProviderEndpoint provider, CancellationToken cancellationToken) => Task.FromResult(answer);

        public IAgreementChannel Open(ProviderEndpoint provider, AgreementId agreement) => throw new InvalidOperationException("Nothing else is asked.");
    }
}
