using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Generators.Tests.Sample;
using Marketplace.Ethereum.Primitives;

[assembly: AbiValueType("TicketId", typeof(TicketId))]
[assembly: AbiValueType("Slot", typeof(Slot))]
[assembly: AbiValueType("Label", typeof(Label))]
[assembly: AbiValueType("Sample.Mood", typeof(Mood))]

namespace Marketplace.Ethereum.Generators.Tests.Sample;

/// <summary>Narrower than Solidity's uint256.</summary>
public readonly record struct TicketId(UInt128 Value);

/// <summary>As wide as Solidity's.</summary>
public readonly record struct Slot(ulong Value);

/// <summary>A bytes32.</summary>
public readonly record struct Label(Hash256 Value);

/// <summary>An enum.</summary>
public enum Mood
{
    /// <summary>0.</summary>
    Calm,

    /// <summary>1.</summary>
    Cross,
}
