namespace Marketplace.Client.Tests;

/// <summary>The system's clock, moved forwards.</summary>
sealed class LaterTime : TimeProvider
{
    public TimeSpan Later { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Later;
}
