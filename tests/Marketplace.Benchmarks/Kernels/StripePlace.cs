using Marketplace.Core.Coding;
using Marketplace.Core.Content;
using Marketplace.Core.Cryptography;
using Marketplace.Core.SumTree;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>One thread's stripe, and the steps over it.</summary>
sealed class StripePlace : IDisposable
{
    readonly StripeWork work;
    readonly AlignedMemory content, fragments, received;
    readonly ReedSolomon coder;
    readonly ContentCipher cipher = new(new byte[ContentCipher.KeySize]);
    readonly FragmentMask[] masks;
    readonly FragmentHasher[] hashers;
    readonly int[] present, lost, moved;

    public StripePlace(StripeWork work)
    {
        this.work = work;
        content = new AlignedMemory(work.DataFragments * work.Length, seed: 1);
        fragments = new AlignedMemory(FragmentStripe.SizeFor(work.TotalFragments, work.Length), seed: 2);
        coder = new ReedSolomon(work.DataFragments, work.TotalFragments);
        masks = [.. Enumerable.Range(0, work.TotalFragments).Select(i => new FragmentMask(new byte[FragmentMask.KeySize], 0, i))];
        hashers = [.. masks.Select(_ => new FragmentHasher())];
        received = new AlignedMemory(work.DataFragments * work.Length, seed: 3);
        moved = work.IsUpload ? [.. Enumerable.Range(0, work.TotalFragments)] : [.. Enumerable.Range(work.Lost, work.DataFragments)];
        lost = [.. Enumerable.Range(0, work.Lost)];
        present = [.. Enumerable.Range(work.Lost, work.DataFragments)];
        Encrypt();
        coder.Encode(Stripe);
        Mask();
        for (var i = 0; i < present.Length; i++)
            Stripe[present[i]].CopyTo(ReceivedOf(i));
        if (!work.IsUpload)
            Mask();
    }

    FragmentStripe Stripe => new(fragments.Span, FragmentStripe.StrideFor(work.Length), work.Length);

    /// <summary>The first step of an upload or the last one of a download.</summary>
    public void Cipher()
    {
        if (work.IsUpload)
            Encrypt();
        else
            Decrypt();
    }

    /// <summary>Computes the parity, or the lost data.</summary>
    public void Code()
    {
        if (work.IsUpload)
            coder.Encode(Stripe);
        else
            coder.Rebuild(Stripe, present, lost);
    }

    void Encrypt()
    {
        var stripe = Stripe;
        for (var i = 0; i < work.DataFragments; i++)
            cipher.EncryptBlock(i, isLast: true, PlainOf(i), stripe[i]);
    }

    void Decrypt()
    {
        var stripe = Stripe;
        for (var i = 0; i < work.DataFragments; i++)
        {
            if (!cipher.TryDecryptBlock(i, isLast: true, stripe[i], PlainOf(i)))
                throw new InvalidOperationException($"Fragment {i} does not decrypt.");
        }
    }

    /// <summary>Over all fragments that are sent or received.</summary>
    public void Mask()
    {
        var stripe = Stripe;
        foreach (var fragment in moved)
            masks[fragment].Apply(stripe[fragment], 0);
    }

    /// <summary>All fragments that are sent or received, stripe after stripe, as parts of fragments of a mebibyte.</summary>
    public void Hash()
    {
        const ulong FragmentLength = 1 << 20;
        var stripe = Stripe;
        foreach (var fragment in moved)
        {
            hashers[fragment].Append(stripe[fragment]);
            if (hashers[fragment].Length >= FragmentLength)
                hashers[fragment].Finish();
        }
    }

    /// <summary>All steps of an upload.</summary>
    public void Upload()
    {
        Encrypt();
        Code();
        Mask();
        Hash();
    }

    /// <summary>All steps of a download; what arrives is copied into the stripe first.</summary>
    public void Download()
    {
        var stripe = Stripe;
        for (var i = 0; i < present.Length; i++)
            ReceivedOf(i).CopyTo(stripe[present[i]]);
        Hash();
        Mask();
        Code();
        Decrypt();
    }

    public void Dispose()
    {
        content.Dispose();
        fragments.Dispose();
        received.Dispose();
        cipher.Dispose();
        foreach (var mask in masks)
            mask.Dispose();
    }

    Span<byte> ReceivedOf(int index) => received.Span.Slice(index * work.Length, work.Length);

    Span<byte> PlainOf(int fragment) => content.Span.Slice(fragment * work.Length, work.Length - ContentLayout.TagSize);
}
