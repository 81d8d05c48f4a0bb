using Marketplace.Core.Primitives;

namespace Marketplace.Web.Agreements;

/// <summary>How one sum is paid ahead for reading from some agreements.</summary>
public static class ReadingDeposits
{
    /// <summary>Evenly, and all of it: what does not divide makes the first ones a base unit larger.</summary>
    /// <param name="total">At least a base unit for each.</param>
    /// <param name="agreements">At least one.</param>
    public static IReadOnlyList<(AgreementId Agreement, TokenAmount Amount)> Of(TokenAmount total, IReadOnlyList<AgreementId> agreements)
    {
        var (each, rest) = UInt128.DivRem(total.Value, (UInt128)agreements.Count);
        return [.. agreements.Select((agreement, index) => (agreement, new TokenAmount(each + ((UInt128)index < rest ? UInt128.One : UInt128.Zero))))];
    }
}
