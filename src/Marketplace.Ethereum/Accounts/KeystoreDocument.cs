using System.Buffers;
using System.Text.Json;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Accounts;

/// <summary>The fields of a version 3 keystore, each checked.</summary>
sealed record KeystoreDocument(KeyDerivation Derivation, byte[] Iv, byte[] CipherText, byte[] Mac)
{
    public const int MinDerivedBytes = 32;

    const int Version = 3;
    const int MaxDerivedBytes = 64;
    const int MaxSaltBytes = 256;
    const int MaxIterations = 10_000_000;
    const int IvBytes = 16;
    const string Cipher = "aes-128-ctr";
    const string Scrypt = "scrypt";
    const string Pbkdf2 = "pbkdf2";
    const string Prf = "hmac-sha256";

    /// <exception cref="FormatException">A field is missing, of another kind or out of bounds.</exception>
    /// <exception cref="JsonException">Not JSON.</exception>
    public static KeystoreDocument Read(ReadOnlySpan<byte> json)
    {
        var root = JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
        if (Number(root, "version") != Version)
            throw new FormatException("Only keystores of version 3 are known.");
        // Early writers capitalised the name.
        var crypto = root.TryGetProperty("crypto", out var lower) ? lower : Member(root, "Crypto");
        if (Text(crypto, "cipher") != Cipher)
            throw new FormatException($"Only the cipher {Cipher} is known.");
        var iv = Bytes(Member(crypto, "cipherparams"), "iv", IvBytes, IvBytes);
        var cipher = Bytes(crypto, "ciphertext", PrivateKey.Size, PrivateKey.Size);
        var mac = Bytes(crypto, "mac", Hash256.Size, Hash256.Size);
        return new KeystoreDocument(ReadDerivation(Text(crypto, "kdf"), Member(crypto, "kdfparams")), iv, cipher, mac);
    }

    /// <summary>
    /// The file's contents. <paramref name="address"/> is written for people and other software; reading does not trust it.
    /// </summary>
    public static byte[] Write(KeystoreDocument document, Address address)
    {
        var scrypt = (ScryptDerivation)document.Derivation;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("id", Guid.NewGuid());
            json.WriteString("address", Convert.ToHexStringLower(address.ToArray()));
            json.WriteStartObject("crypto");
            json.WriteString("cipher", Cipher);
            json.WriteStartObject("cipherparams");
            json.WriteString("iv", Convert.ToHexStringLower(document.Iv));
            json.WriteEndObject();
            json.WriteString("ciphertext", Convert.ToHexStringLower(document.CipherText));
            json.WriteString("kdf", Scrypt);
            WriteScrypt(json, scrypt);
            json.WriteString("mac", Convert.ToHexStringLower(document.Mac));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    static void WriteScrypt(Utf8JsonWriter json, ScryptDerivation scrypt)
    {
        json.WriteStartObject("kdfparams");
        json.WriteNumber("dklen", scrypt.Length);
        json.WriteNumber("n", scrypt.Cost.N);
        json.WriteNumber("r", scrypt.Cost.R);
        json.WriteNumber("p", scrypt.Cost.P);
        json.WriteString("salt", Convert.ToHexStringLower(scrypt.Salt));
        json.WriteEndObject();
    }

    static KeyDerivation ReadDerivation(string name, JsonElement parameters)
    {
        var length = Number(parameters, "dklen");
        if (length is < MinDerivedBytes or > MaxDerivedBytes)
            throw new FormatException($"dklen must be {MinDerivedBytes} to {MaxDerivedBytes}.");
        var salt = Bytes(parameters, "salt", 0, MaxSaltBytes);
        return name switch
        {
            Scrypt => ReadScrypt(parameters, salt, length),
            Pbkdf2 => ReadPbkdf2(parameters, salt, length),
            _ => throw new FormatException("Only scrypt and pbkdf2 are known."),
        };
    }

    static ScryptDerivation ReadScrypt(JsonElement parameters, byte[] salt, int length)
    {
        var cost = new ScryptCost(Number(parameters, "n"), Number(parameters, "r"), Number(parameters, "p"));
        return cost.IsAcceptable
            ? new ScryptDerivation(cost, salt, length)
            : throw new FormatException("scrypt's parameters are senseless or beyond what this machine is asked to bear.");
    }

    static Pbkdf2Derivation ReadPbkdf2(JsonElement parameters, byte[] salt, int length)
    {
        if (Text(parameters, "prf") != Prf)
            throw new FormatException($"Only pbkdf2 with {Prf} is known.");
        var iterations = Number(parameters, "c");
        return iterations is > 0 and <= MaxIterations
            ? new Pbkdf2Derivation(iterations, salt, length)
            : throw new FormatException($"c must be 1 to {MaxIterations}.");
    }

    static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member)
            ? member
            : throw new FormatException($"\"{name}\" is missing.");

    static string Text(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : throw new FormatException($"\"{name}\" must be text.");

    static int Number(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value)
            ? value
            : throw new FormatException($"\"{name}\" must be a whole number.");

    static byte[] Bytes(JsonElement parent, string name, int min, int max)
    {
        var text = Text(parent, name);
        if (text.Length % 2 != 0 || text.Length < 2 * min || text.Length > 2 * max)
            throw new FormatException($"\"{name}\" must be {min} to {max} bytes in hex.");
        var bytes = new byte[text.Length / 2];
        return Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done
            ? bytes
            : throw new FormatException($"\"{name}\" must be hex.");
    }
}
