using BenchmarkDotNet.Attributes;
using Marketplace.Core.Content;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>The content's cipher, block by block.</summary>
public class CipherBenchmarks
{
    const int Blocks = CipherWork.BufferSize / ContentLayout.BlockSize;

    readonly List<(AlignedMemory Plain, AlignedMemory Sealed, ContentCipher Cipher)> places = [];
    Team team = null!;
    Action<int> ours = null!, copy = null!;

    /// <summary>One after the other.</summary>
    [ParamsSource(nameof(Works))]
    public CipherWork Work { get; set; } = null!;

    /// <summary>Whole blocks.</summary>
    public static IEnumerable<CipherWork> Works =>
        from threads in new[] { 1, 2 }
        from decrypts in new[] { false, true }
        select new CipherWork("aes-256-gcm", ContentLayout.BlockSize, threads, decrypts, Bar: null);

    /// <summary>Memory, keys and threads.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        team = new Team(Work.Threads);
        for (var member = 0; member < Work.Threads; member++)
        {
            var place = (Plain: new AlignedMemory(CipherWork.BufferSize, 1),
                Sealed: new AlignedMemory(Blocks * ContentLayout.SealedBlockSize, 2), Cipher: new ContentCipher(new byte[32]));
            places.Add(place);
            Encrypt(place.Plain, place.Sealed, place.Cipher);
        }
        ours = Repeated(Work.Decrypts ? Decrypt : Encrypt);
        copy = Repeated((plain, @sealed, _) => plain.Span.CopyTo(@sealed.Span));
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        team.Dispose();
        foreach (var (plain, @sealed, cipher) in places)
        {
            plain.Dispose();
            @sealed.Dispose();
            cipher.Dispose();
        }
        places.Clear();
    }

    /// <inheritdoc cref="ContentCipher"/>
    [Benchmark(Baseline = true)]
    public void Ours() => team.Run(ours);

    /// <summary>The same bytes to other ones in the cache.</summary>
    [Benchmark(Description = "memcpy")]
    public void Copy() => team.Run(copy);

    static void Encrypt(AlignedMemory plain, AlignedMemory @sealed, ContentCipher cipher)
    {
        for (var block = 0; block < Blocks; block++)
            cipher.EncryptBlock(block, false, PlainBlock(plain, block), SealedBlock(@sealed, block));
    }

    static void Decrypt(AlignedMemory plain, AlignedMemory @sealed, ContentCipher cipher)
    {
        for (var block = 0; block < Blocks; block++)
        {
            if (!cipher.TryDecryptBlock(block, false, SealedBlock(@sealed, block), PlainBlock(plain, block)))
                throw new InvalidOperationException($"Block {block} does not decrypt.");
        }
    }

    static Span<byte> PlainBlock(AlignedMemory plain, int block) =>
        plain.Span.Slice(block * ContentLayout.BlockSize, ContentLayout.BlockSize);

    static Span<byte> SealedBlock(AlignedMemory @sealed, int block) =>
        @sealed.Span.Slice(block * ContentLayout.SealedBlockSize, ContentLayout.SealedBlockSize);

    Action<int> Repeated(Action<AlignedMemory, AlignedMemory, ContentCipher> once) => member =>
    {
        var (plain, @sealed, cipher) = places[member];
        for (var i = 0; i < CipherWork.Repeats; i++)
            once(plain, @sealed, cipher);
    };
}

/// <inheritdoc cref="CipherBenchmarks"/>
sealed class CipherSuite : CipherComparison<CipherBenchmarks>
{
    public override string Name => "cipher";

    public override string Description => "The content's AES-256-GCM beside openssl speed and memcpy";

    protected override IReadOnlyList<CipherWork> Works { get; } = [.. CipherBenchmarks.Works];
}
