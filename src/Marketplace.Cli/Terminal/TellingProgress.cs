namespace Marketplace.Cli.Terminal;

/// <summary>Tells at once and on the thread that reports, so that nothing is told after the work has ended.</summary>
internal sealed class TellingProgress<T>(Action<T> tell) : IProgress<T>
{
    readonly Lock gate = new();

    public void Report(T value)
    {
        lock (gate)
            tell(value);
    }
}
