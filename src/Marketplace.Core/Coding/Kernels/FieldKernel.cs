using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Core.Coding.Kernels;

/// <summary>A way to compute with the field on some processors.</summary>
/// <param name="Name">For tests and figures.</param>
/// <param name="IsSupported">Whether this processor can.</param>
/// <param name="Create">Makes a transform of m rows of k coefficients, given as rows, k and m.</param>
internal sealed record FieldKernel(string Name, bool IsSupported, Func<byte[], int, int, FieldTransform> Create)
{
    /// <summary>Affine transforms of 64 bytes at a time.</summary>
    public static FieldKernel Gfni512 { get; } = new("GFNI-512", Gfni.V512.IsSupported && Avx512F.IsSupported, (rows, inputs, outputs) =>
        RegisterTransform.Fits(inputs, outputs)
            ? new RegisterTransform(rows, inputs, outputs)
            : new GroupedTransform<GfniField512, Vector512<byte>, Vector512<byte>>(rows, inputs, outputs));

    /// <summary>Affine transforms of 32 bytes at a time.</summary>
    public static FieldKernel Gfni256 { get; } = new("GFNI-256", Gfni.V256.IsSupported && Avx2.IsSupported, (rows, inputs, outputs) =>
        new GroupedTransform<GfniField256, Vector256<byte>, Vector256<byte>>(rows, inputs, outputs));

    /// <summary>Products of nibbles looked up 32 at a time.</summary>
    public static FieldKernel Split256 { get; } = new("AVX2", Avx2.IsSupported, (rows, inputs, outputs) =>
        new GroupedTransform<SplitField256, Vector256<byte>, NibblePair256>(rows, inputs, outputs));

    /// <summary>Products of nibbles looked up 16 at a time: NEON, or SSSE3.</summary>
    public static FieldKernel Split128 { get; } = new("128 bits", Vector128.IsHardwareAccelerated, (rows, inputs, outputs) =>
        new GroupedTransform<SplitField128, Vector128<byte>, NibblePair128>(rows, inputs, outputs));

    /// <summary>The truth.</summary>
    public static FieldKernel Scalar { get; } = new("scalar", true, (rows, inputs, outputs) => new ScalarTransform(rows, inputs, outputs));

    /// <summary>Those that this processor can use, the fastest first.</summary>
    public static ImmutableArray<FieldKernel> Supported { get; } =
        [.. new[] { Gfni512, Gfni256, Split256, Split128, Scalar }.Where(kernel => kernel.IsSupported)];

    /// <summary>The fastest.</summary>
    public static FieldKernel Best => Supported[0];
}
