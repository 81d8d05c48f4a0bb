using System.Text.Json;
using Marketplace.Core.Coding;
using Marketplace.Core.Coding.Kernels;

namespace Marketplace.Core.Tests.Vectors;

/// <summary>tests/vectors/reed-solomon.json, which ISA-L wrote (see the README there).</summary>
public sealed class ReedSolomonVectorTests
{
    sealed record Case(int DataFragments, int TotalFragments, int Length, string[] Parity);

    sealed record Vectors(string MadeWith, Case[] Cases);

    public static TheoryData<string> Kernels => [.. FieldKernel.Supported.Select(kernel => kernel.Name)];

    static Vectors Read() => JsonSerializer.Deserialize<Vectors>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "reed-solomon.json")), JsonSerializerOptions.Web)!;

    /// <summary>As in vectors/isal/make-vectors.c.</summary>
    static byte[] Data(int fragment, int length) =>
        [.. Enumerable.Range(0, length).Select(i => (byte)(167 * i + 13 * fragment + (i * i >> 5)))];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Parity_OfEveryKernel_IsIsaLs(string name)
    {
        var kernel = FieldKernel.Supported.Single(candidate => candidate.Name == name);
        Assert.Equal(6, Read().Cases.Length);
        foreach (var (k, n, length, expected) in Read().Cases)
        {
            var parity = Enumerable.Range(k, n - k).Select(_ => new byte[length]).ToArray();
            new ReedSolomon(k, n, kernel).Encode(
                [.. Enumerable.Range(0, k).Select(fragment => new ReadOnlyMemory<byte>(Data(fragment, length)))],
                [.. parity.Select(fragment => fragment.AsMemory())]);
            Assert.Equal(expected, parity.Select(Convert.ToHexStringLower));
        }
    }
}
