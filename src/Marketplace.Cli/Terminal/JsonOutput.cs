using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Terminal;

/// <summary>How values are written with <c>--json</c>: camelCase; identifiers and amounts as strings, since JSON's numbers lose digits.</summary>
internal static class JsonOutput
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower),
            new TextConverter<Address>(Address.Parse),
            new TextConverter<Hash256>(Hash256.Parse),
            new TextConverter<BigInteger>((text, culture) => BigInteger.Parse(text, culture)),
            new TextConverter<TokenAmount>((text, culture) => new TokenAmount(UInt128.Parse(text, culture))),
            new TextConverter<AgreementId>((text, culture) => new AgreementId(UInt128.Parse(text, culture))),
            new TextConverter<AuditId>((text, culture) => new AuditId(UInt128.Parse(text, culture))),
            new TextConverter<ListingId>((text, culture) => new ListingId(UInt128.Parse(text, culture))),
            new NumberConverter<Epoch>(value => value.Value, value => new Epoch(value)),
            new NumberConverter<GiB>(value => value.Value, value => new GiB(value)),
        },
    };

    sealed class TextConverter<T>(Func<string, IFormatProvider?, T> parse) : JsonConverter<T>
        where T : notnull
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            parse(reader.GetString() ?? throw new JsonException(), CultureInfo.InvariantCulture);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
    }

    sealed class NumberConverter<T>(Func<T, ulong> number, Func<ulong, T> make) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => make(reader.GetUInt64());

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNumberValue(number(value));
    }
}
