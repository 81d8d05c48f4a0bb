using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Marketplace.Gateway.Security;

/// <summary>The sessions of one gateway as JSON: where it listens, what it lets in by, and the digests of what browsers show.</summary>
/// <param name="Address">Where it listens; sessions are for this address alone.</param>
/// <param name="Password">What its password is recognised by; null where the secret of its address lets in.</param>
/// <param name="Sessions">At most <see cref="SignedInSessions.Most"/>.</param>
sealed record SessionDocument(string Address, PasswordMark? Password, IReadOnlyList<KeptSession> Sessions)
{
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("address", Address);
            json.WriteString("kind", Password is null ? "start" : "password");
            json.WriteString("salt", Convert.ToHexStringLower(Password?.Salt ?? []));
            json.WriteString("digest", Convert.ToHexStringLower(Password?.Digest ?? []));
            json.WriteStartArray("sessions");
            foreach (var session in Sessions)
            {
                json.WriteStartObject();
                json.WriteString("digest", Convert.ToHexStringLower(session.Digest));
                json.WriteNumber("begun", session.Begun.ToUnixTimeSeconds());
                json.WriteNumber("until", session.Until.ToUnixTimeSeconds());
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">It is nothing that <see cref="Write"/> wrote.</exception>
    public static SessionDocument Read(byte[] json)
    {
        try
        {
            var root = JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            var password = root.GetProperty("kind").GetString() switch
            {
                "start" => null,
                "password" => new PasswordMark(BytesIn(root, "salt", PasswordMark.SaltSize), BytesIn(root, "digest", PasswordMark.DigestSize)),
                _ => throw new FormatException("It lets in by what is not known."),
            };
            return new SessionDocument(
                root.GetProperty("address").GetString()!, password, [.. root.GetProperty("sessions").EnumerateArray().Take(SignedInSessions.Most).Select(ReadOne)]);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new FormatException("It is not a list of sessions.", fault);
        }
    }

    static KeptSession ReadOne(JsonElement row) => new(BytesIn(row, "digest", SHA256.HashSizeInBytes), TimeIn(row, "begun"), TimeIn(row, "until"));

    static DateTimeOffset TimeIn(JsonElement row, string name) => DateTimeOffset.FromUnixTimeSeconds(row.GetProperty(name).GetInt64());

    static byte[] BytesIn(JsonElement row, string name, int size) => row.GetProperty(name).GetString() is { } text && text.Length == 2 * size
        ? Convert.FromHexString(text) : throw new FormatException($"'{name}' has not {size} bytes.");
}
