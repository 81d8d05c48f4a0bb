using System.Globalization;

namespace Marketplace.Core.Primitives;

/// <summary>An agreement's number in the contracts; the first is 1.</summary>
public readonly record struct AgreementId(UInt128 Value) : IComparable<AgreementId>
{
    /// <inheritdoc/>
    public int CompareTo(AgreementId other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A listing's number in the contracts; the first is 1.</summary>
public readonly record struct ListingId(UInt128 Value) : IComparable<ListingId>
{
    /// <inheritdoc/>
    public int CompareTo(ListingId other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An audit's number in the contracts; the first is 1.</summary>
public readonly record struct AuditId(UInt128 Value) : IComparable<AuditId>
{
    /// <inheritdoc/>
    public int CompareTo(AuditId other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A proving period, counted from the market's genesis.</summary>
public readonly record struct Epoch(ulong Value) : IComparable<Epoch>
{
    /// <inheritdoc/>
    public int CompareTo(Epoch other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(Epoch left, Epoch right) => left.Value < right.Value;

    public static bool operator >(Epoch left, Epoch right) => left.Value > right.Value;

    public static bool operator <=(Epoch left, Epoch right) => left.Value <= right.Value;

    public static bool operator >=(Epoch left, Epoch right) => left.Value >= right.Value;

    /// <exception cref="OverflowException">Past the largest epoch.</exception>
    public static Epoch operator +(Epoch epoch, ulong epochs) => new(checked(epoch.Value + epochs));

    /// <summary>The number of epochs between two.</summary>
    /// <exception cref="OverflowException"><paramref name="right"/> is the later one.</exception>
    public static ulong operator -(Epoch left, Epoch right) => checked(left.Value - right.Value);
}

/// <summary>A number of whole GiB (2^30 bytes).</summary>
public readonly record struct GiB(ulong Value) : IComparable<GiB>
{
    /// <summary>The leaves of 1,024 bytes in one GiB.</summary>
    public const ulong Leaves = 1UL << 20;

    /// <inheritdoc/>
    public int CompareTo(GiB other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal, without the unit.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(GiB left, GiB right) => left.Value < right.Value;

    public static bool operator >(GiB left, GiB right) => left.Value > right.Value;

    public static bool operator <=(GiB left, GiB right) => left.Value <= right.Value;

    public static bool operator >=(GiB left, GiB right) => left.Value >= right.Value;
}
