using Marketplace.Benchmarks.Kernels;

namespace Marketplace.Benchmarks;

/// <summary>Everything that can be measured, in the order in which it is.</summary>
static class Suites
{
    /// <summary>Kernels first; whole paths (folder Paths) after them.</summary>
    public static IReadOnlyList<ISuite> All { get; } =
    [
        new CodingSuite(),
        new TreeSuite(),
        new MaskSuite(),
        new CipherSuite(),
        new StripeSuite(),
        new InstructionSetSuite(),
    ];
}
