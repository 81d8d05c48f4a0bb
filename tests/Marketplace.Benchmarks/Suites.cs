using Marketplace.Benchmarks.Kernels;
using Marketplace.Benchmarks.Paths;
using Marketplace.Benchmarks.Stores;

namespace Marketplace.Benchmarks;

/// <summary>Everything that can be measured, in the order in which it is.</summary>
static class Suites
{
    /// <summary>Kernels first; whole paths (folder Paths) and what a provider keeps (folder Stores) after them.</summary>
    /// <param name="transferBytes">Of the content that is transferred.</param>
    public static IReadOnlyList<ISuite> All(long transferBytes) =>
    [
        new CodingSuite(),
        new TreeSuite(),
        new MaskSuite(),
        new CipherSuite(),
        new StripeSuite(),
        new InstructionSetSuite(),
        new TransferSuite(transferBytes),
        new SmallFilesSuite(),
        new ManyFilesSuite(),
        new StartSuite(),
        new IndexSuite(),
        new CheckpointSuite(),
    ];
}
