namespace Marketplace.Benchmarks.Kernels;

/// <summary>A cipher over bytes in a second-level cache.</summary>
/// <param name="Cipher">As openssl calls it.</param>
/// <param name="CallSize">Bytes to a call.</param>
/// <param name="Threads">Each with bytes and a key of its own.</param>
/// <param name="Decrypts">Whether it decrypts.</param>
/// <param name="Bar">What has to be reached against openssl.</param>
public sealed record CipherWork(string Cipher, int CallSize, int Threads, bool Decrypts, double? Bar) : IWork
{
    /// <summary>Bytes of each thread, gone over call by call.</summary>
    public const int BufferSize = 256 << 10;

    const int EnoughBytes = 8 << 20;

    /// <inheritdoc/>
    public string Name => $"{Cipher}{(Decrypts ? " decrypt" : "")} {CallSize >> 10} KiB {Threads}t";

    /// <summary>How often one invocation goes over the buffer.</summary>
    public static int Repeats => EnoughBytes / BufferSize;

    /// <inheritdoc/>
    public long Bytes => (long)BufferSize * Repeats * Threads;

    /// <summary>What the peer is called.</summary>
    public string OpenSslName => $"openssl speed {Cipher}";

    /// <inheritdoc/>
    public double? BarAgainst(string peer) => peer == OpenSslName ? Bar : null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Ciphers have two peers: memcpy in the same process, and openssl in its own.</summary>
public abstract class CipherComparison<TBenchmarks> : KernelSuite<TBenchmarks, CipherWork>
{
    /// <inheritdoc/>
    protected sealed override Task<IReadOnlyDictionary<string, double>> MeasureOutsideAsync(
        CipherWork work, CancellationToken cancellationToken)
    {
        var speed = OpenSslSpeed.Measure(work.Cipher, work.CallSize, work.Threads, work.Decrypts);
        return Task.FromResult<IReadOnlyDictionary<string, double>>(
            speed is { } found ? new Dictionary<string, double> { [work.OpenSslName] = found } : []);
    }
}
