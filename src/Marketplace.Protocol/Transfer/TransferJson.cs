using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Marketplace.Protocol.Transfer;

/// <summary>
/// The messages as JSON: camelCase, hashes and signatures as 0x hex, 64-bit numbers as decimal strings. Members that are missing, null
/// where they
/// must not be, or given twice are refused; members that a later version may add are ignored.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    MaxDepth = 8,
    Converters = [typeof(Hash256Converter), typeof(AddressConverter), typeof(SignatureConverter), typeof(DecimalUInt64Converter),
        typeof(TokenAmountConverter)])]
[JsonSerializable(typeof(StatusMessage))]
[JsonSerializable(typeof(RefusalMessage))]
[JsonSerializable(typeof(FragmentResultsMessage))]
[JsonSerializable(typeof(RevisionRequest))]
[JsonSerializable(typeof(CountersignatureMessage))]
[JsonSerializable(typeof(RevisionMessage))]
[JsonSerializable(typeof(SlotsMessage))]
[JsonSerializable(typeof(InclusionMessage))]
[JsonSerializable(typeof(VoucherMessage))]
public sealed partial class TransferJson : JsonSerializerContext
{
    /// <summary>
    /// Reads a message from its whole body, which the caller has bounded. False for anything that is not exactly such a message; lists
    /// longer than
    /// the protocol allows are refused too.
    /// </summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? message)
        where T : class
    {
        try
        {
            message = JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            message = null;
        }
        if (message is not null && IsWithinBounds(message))
            return true;
        message = null;
        return false;
    }

    /// <summary>The message's bytes.</summary>
    public static byte[] Write<T>(T message, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(message, type);

    static bool IsWithinBounds(object message) => message switch
    {
        RevisionRequest request =>
            request.Changes.Count <= TransferLimits.MaxChangesPerRevision && request.Changes.All(change => change is not null),
        SlotsMessage slots => slots.Slots.Count <= TransferLimits.MaxSlotsPerAnswer && slots.Slots.All(slot => slot is not null),
        FragmentResultsMessage results =>
            results.Results.Count <= TransferLimits.MaxFragmentsPerRequest && results.Results.All(result => result is not null),
        InclusionMessage inclusion => inclusion.Inclusion.Length <= TransferLimits.MaxInclusionSize,
        RefusalMessage refusal => refusal.Message.Length <= TransferLimits.MaxMessageLength,
        _ => true,
    };
}
