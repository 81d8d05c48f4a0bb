using System.Runtime.InteropServices;
using Marketplace.Core.Coding;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>One thread's segment, and everything that coding it takes.</summary>
sealed unsafe class CodingPlace : IDisposable
{
    readonly CodingWork work;
    readonly AlignedMemory fragments;
    readonly AlignedMemory copies;
    readonly ReedSolomon coder;
    readonly int[] sources, destinations;
    readonly byte** addresses;
    readonly byte[] isaLTables;

    public CodingPlace(CodingWork work)
    {
        this.work = work;
        coder = new ReedSolomon(work.DataFragments, work.TotalFragments);
        fragments = new AlignedMemory(work.StripeSize, seed: 1);
        copies = new AlignedMemory(work.DataFragments * work.FragmentLength, seed: 2);
        (sources, destinations) = (work.Sources, work.Destinations);
        addresses = (byte**)NativeMemory.Alloc((nuint)((sources.Length + destinations.Length) * sizeof(byte*)));
        for (var i = 0; i < sources.Length; i++)
            addresses[i] = AddressOf(sources[i]);
        for (var i = 0; i < destinations.Length; i++)
            addresses[sources.Length + i] = AddressOf(destinations[i]);
        coder.Encode(Stripe);
        isaLTables = IsaLibrary.IsAvailable ? IsaLTables() : [];
    }

    FragmentStripe Stripe => new(fragments.Span, FragmentStripe.StrideFor(work.FragmentLength), work.FragmentLength);

    public void Ours()
    {
        if (work.Operation == CodingOperation.Encode)
            coder.Encode(Stripe);
        else
            coder.Rebuild(Stripe, sources, destinations);
    }

    public void IsaL()
    {
        fixed (byte* tables = isaLTables)
        {
            IsaLibrary.Encode(
                work.FragmentLength, sources.Length, destinations.Length, tables, addresses, addresses + sources.Length);
        }
    }

    public void Copy()
    {
        var destination = copies.Span;
        foreach (var source in sources)
        {
            Stripe[source].CopyTo(destination);
            destination = destination[work.FragmentLength..];
        }
    }

    /// <exception cref="InvalidOperationException">They differ.</exception>
    public void RequireSameResults()
    {
        if (isaLTables.Length == 0)
            return;
        Clear();
        Ours();
        var hashes = Array.ConvertAll(destinations, HashOf);
        Clear();
        IsaL();
        if (!hashes.SequenceEqual(Array.ConvertAll(destinations, HashOf)))
            throw new InvalidOperationException($"{work}: ours differs from ISA-L's.");
    }

    public void Dispose()
    {
        NativeMemory.Free(addresses);
        fragments.Dispose();
        copies.Dispose();
    }

    byte* AddressOf(int fragment) => fragments.Start + (nint)fragment * FragmentStripe.StrideFor(work.FragmentLength);

    void Clear()
    {
        foreach (var destination in destinations)
            Stripe[destination].Clear();
    }

    string HashOf(int fragment) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Stripe[fragment]));

    byte[] IsaLTables()
    {
        var (k, n) = (work.DataFragments, work.TotalFragments);
        var matrix = new byte[n * k];
        var tables = new byte[IsaLibrary.TableSize * k * destinations.Length];
        fixed (byte* rows = matrix)
            IsaLibrary.GenerateCauchy(rows, n, k);
        var wanted = work.Operation == CodingOperation.Encode ? matrix[(k * k)..] : Inverse(matrix, k)[..(k * destinations.Length)];
        fixed (byte* rows = wanted, first = tables)
            IsaLibrary.InitTables(k, destinations.Length, rows, first);
        return tables;
    }

    /// <summary>Data from the sources; the lost ones are the first rows.</summary>
    byte[] Inverse(byte[] matrix, int k)
    {
        byte[] present = [.. sources.SelectMany(source => matrix[(source * k)..((source + 1) * k)])], inverse = new byte[k * k];
        fixed (byte* from = present, to = inverse)
        {
            if (IsaLibrary.Invert(from, to, k) != 0)
                throw new InvalidOperationException("ISA-L could not invert the matrix.");
        }
        return inverse;
    }
}
