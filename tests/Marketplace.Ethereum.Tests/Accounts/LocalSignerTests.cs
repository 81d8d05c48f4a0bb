using System.Numerics;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.TypedData;

namespace Marketplace.Ethereum.Tests.Accounts;

public sealed class LocalSignerTests
{
    [Fact]
    public async Task SignTypedData_UnderADomain_IsGoodForThatDomainOnly()
    {
        using var signer = new LocalSigner(PrivateKey.Create());
        var domain = new Eip712Domain("Token", "1", 31337);
        var permit = new Permit(signer.Address, Address.Zero, 5, 0, BigInteger.One);
        var signature = await signer.SignTypedDataAsync(domain, permit);
        Assert.True(signature.IsBy(signer.Address, Eip712.Digest(domain, permit)));
        Assert.False(signature.IsBy(signer.Address, Eip712.Digest(domain with { ChainId = 1 }, permit)));
    }

    [Fact]
    public async Task Dispose_ErasesTheKey()
    {
        var signer = new LocalSigner(PrivateKey.Create());
        signer.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await signer.SignDigestAsync(Hash256.Zero));
    }
}
