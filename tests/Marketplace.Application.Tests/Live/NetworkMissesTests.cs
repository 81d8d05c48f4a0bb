using Marketplace.Application.Agreements;
using Marketplace.Application.Live;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Tests.Live;

public sealed class NetworkMissesTests
{
    static readonly Address One = Address.Parse("0x1000000000000000000000000000000000000001", null), Two = Address.Parse("0x2000000000000000000000000000000000000002", null);

    [Fact]
    public void Unproven_IsWhatAnAgreementHeldAProviderTo_AndItDidNotProve()
    {
        NetworkChange[] changes =
        [
            Agreed(1, One), Began(1, 2, 5), Agreed(2, Two), Began(2, 3, 4), Agreed(3, Two), Agreed(4, One), Began(4, 9, 11),
            new NetworkChange.Extended(9, new AgreementId(2), new Epoch(7)),
        ];

        var found = NetworkMisses.FindUnproven(changes, new HashSet<(Address, Epoch)> { (One, new Epoch(3)), (Two, new Epoch(4)) }, [.. Enumerable.Range(1, 9).Select(epoch => new Epoch((ulong)epoch))]);

        Assert.Equal([new Epoch(2), new Epoch(4), new Epoch(9)], found[One]);
        Assert.Equal([new Epoch(3), new Epoch(5), new Epoch(6)], found[Two]);
    }

    [Fact]
    public void WhoProvedAll_IsAskedForNoMore() =>
        Assert.Empty(NetworkMisses.FindUnproven([Agreed(1, One), Began(1, 2, 3)], new HashSet<(Address, Epoch)> { (One, new Epoch(2)) }, [new Epoch(2), new Epoch(3)]));

    static NetworkChange.Agreed Agreed(ulong agreement, Address provider) => new(1, new AgreementId(agreement), provider, TokenAmount.Zero, new GiB(1));

    static NetworkChange.Began Began(ulong agreement, ulong from, ulong until) => new(1, new AgreementId(agreement), new ObligedEpochs(new Epoch(from), new Epoch(until)));
}
