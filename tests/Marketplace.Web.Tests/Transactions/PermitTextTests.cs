using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Tests.Network;
using Marketplace.Web.Transactions;

namespace Marketplace.Web.Tests.Transactions;

public sealed class PermitTextTests
{
    /// <summary>What the wallet shows and signs is what the token checks.</summary>
    [Fact]
    public void Text_HasTheDigestOfItsTerms() => Prop.ForAll<ulong, ulong, ulong>((high, low, seconds) =>
    {
        var terms = new PermitTerms(
            high / 3, AccountOf(1), AccountOf(2), AccountOf(3), new TokenAmount(new UInt128(high, low)), low % 1_000,
            DateTimeOffset.FromUnixTimeSeconds((long)(seconds % 4_000_000_000)));
        using var text = JsonDocument.Parse(PermitText.Of(terms));
        return TypedDataText.Digest(text.RootElement) == terms.Digest();
    }).QuickCheckThrowOnFailure();

    static Address AccountOf(byte number)
    {
        var bytes = new byte[Address.Size];
        bytes[^1] = number;
        return new Address(bytes);
    }
}
