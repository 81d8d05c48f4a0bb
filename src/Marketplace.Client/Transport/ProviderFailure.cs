using System.Diagnostics.CodeAnalysis;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Transport;

/// <summary>How a call to a provider failed.</summary>
public enum FailureKind
{
    /// <summary>The provider answered with a refusal.</summary>
    Refused,

    /// <summary>No connection, or it broke: the request may or may not have been carried out.</summary>
    Unreachable,

    /// <summary>Nothing moved for too long: the request may or may not have been carried out.</summary>
    Stalled,

    /// <summary>Another TLS key than the registered one answered.</summary>
    WrongKey,

    /// <summary>The answer breaks the protocol or fails its check: the provider is faulty or lies.</summary>
    Lied,
}

/// <summary>Why a provider's answer cannot be used.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Message">For people.</param>
/// <param name="Code">The refusal's code when <see cref="FailureKind.Refused"/>.</param>
/// <param name="Current">The provider's current revision, when it refused another as not the next.</param>
public sealed record ProviderFailure(
    FailureKind Kind, string Message, RefusalCode Code = RefusalCode.Unknown, RevisionMessage? Current = null)
{
    /// <summary>Whether it is unknown if the request was carried out.</summary>
    public bool IsUncertain => Kind is FailureKind.Unreachable or FailureKind.Stalled
        || (Kind is FailureKind.Refused && Code is RefusalCode.Unknown or RefusalCode.Internal or RefusalCode.Busy or RefusalCode.StoreFailed);

    /// <summary>Whether the same call may succeed a little later: the node is away for the moment or has too much to do.</summary>
    public bool IsPassing => Kind is FailureKind.Unreachable or FailureKind.Stalled
        || (Kind is FailureKind.Refused && Code is RefusalCode.Unknown or RefusalCode.Busy);

    /// <summary>A provider that breaks the protocol.</summary>
    public static ProviderFailure Lie(string message) => new(FailureKind.Lied, message);

    /// <summary>The message.</summary>
    public override string ToString() =>
        Kind == FailureKind.Refused && Code != RefusalCode.Unknown ? $"{Code.ToText()}: {Message}" : Message;
}

/// <summary>A provider's answer, or why there is none.</summary>
public readonly struct Answer<T>
    where T : class
{
    readonly T? value;
    readonly ProviderFailure? failure;

    Answer(T? value, ProviderFailure? failure) => (this.value, this.failure) = (value, failure);

    /// <summary>Why there is no answer; null when there is one.</summary>
    public ProviderFailure? Failure => failure;

    /// <summary>Whether there is an answer.</summary>
    public bool TryGet([NotNullWhen(true)] out T? answer, [NotNullWhen(false)] out ProviderFailure? why)
    {
        (answer, why) = (value, failure);
        return value is not null;
    }

    /// <summary>An answer.</summary>
    public static implicit operator Answer<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator Answer<T>(ProviderFailure failure) => new(null, failure);
}

/// <summary>An answer without contents.</summary>
public sealed class Done
{
    /// <summary>The only one.</summary>
    public static readonly Done Instance = new();

    Done()
    {
    }
}
