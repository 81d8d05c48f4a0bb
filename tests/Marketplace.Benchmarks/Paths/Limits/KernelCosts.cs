using System.Security.Cryptography;
using Marketplace.Core.Coding;
using Marketplace.Core.Content;
using Marketplace.Core.Cryptography;
using Marketplace.Core.SumTree;

namespace Marketplace.Benchmarks.Paths.Limits;

/// <summary>The kernels one after the other over a stripe that stays in the second-level cache, by one thread.</summary>
sealed class KernelCosts : IDisposable
{
    const int FragmentBytes = ContentLayout.BlockSize;

    readonly TransferWork work;
    readonly ReedSolomon code;
    readonly ContentCipher cipher = new(RandomNumberGenerator.GetBytes(ContentCipher.KeySize));
    readonly FragmentMask mask = new(RandomNumberGenerator.GetBytes(FragmentMask.KeySize), 0, 0);
    readonly byte[] plain = RandomNumberGenerator.GetBytes(ContentLayout.BlockSize);
    readonly byte[] @sealed = new byte[ContentLayout.SealedBlockSize];
    readonly byte[] stripe;

    public KernelCosts(TransferWork work)
    {
        this.work = work;
        code = new ReedSolomon(work.DataFragments, work.TotalFragments);
        stripe = new byte[FragmentStripe.SizeFor(work.TotalFragments, FragmentBytes)];
    }

    long StripeContent => (long)work.DataFragments * FragmentBytes;

    /// <summary>For 10^9 bytes of content.</summary>
    public double Encoding() => Cost.Of(StripeContent, () =>
    {
        for (var fragment = 0; fragment < work.DataFragments; fragment++)
            cipher.EncryptBlock(fragment, isLast: false, plain, @sealed);
        var fragments = Stripe();
        code.Encode(fragments);
        for (var fragment = 0; fragment < work.TotalFragments; fragment++)
        {
            mask.Apply(fragments[fragment], 0);
            FragmentTree.ComputeRoot(fragments[fragment]);
        }
    });

    /// <summary>For 10^9 bytes of content.</summary>
    public double Decoding()
    {
        cipher.EncryptBlock(0, isLast: false, plain, @sealed);
        return Cost.Of(StripeContent, () =>
        {
            var fragments = Stripe();
            for (var fragment = 0; fragment < work.DataFragments; fragment++)
            {
                FragmentTree.ComputeRoot(fragments[fragment]);
                mask.Apply(fragments[fragment], 0);
                cipher.TryDecryptBlock(0, isLast: false, @sealed, plain);
            }
        });
    }

    /// <summary>For 10^9 bytes of fragments.</summary>
    public double Checking() => Cost.Of(FragmentBytes, () => FragmentTree.ComputeRoot(Stripe()[0]));

    public void Dispose()
    {
        cipher.Dispose();
        mask.Dispose();
    }

    FragmentStripe Stripe() => new(stripe, FragmentStripe.StrideFor(FragmentBytes), FragmentBytes);
}
