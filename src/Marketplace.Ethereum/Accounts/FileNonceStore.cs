using System.Buffers;
using System.Text.Json;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Accounts;

/// <summary>One small JSON file for each chain and account in a directory, replaced atomically and synced.</summary>
/// <param name="directory">Must exist.</param>
public sealed class FileNonceStore(string directory) : INonceStore
{
    const int MaxBytes = 1 << 20;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is not one that this class wrote. Nonces are not guessed then.</exception>
    public async ValueTask<NonceState?> ReadAsync(ulong chainId, Address account, CancellationToken cancellationToken = default)
    {
        var path = PathOf(chainId, account);
        if (!File.Exists(path))
            return null;
        if (new FileInfo(path).Length > MaxBytes)
            throw new InvalidDataException($"{path} is too long for a nonce file.");
        try
        {
            var root = JsonElement.Parse(await File.ReadAllBytesAsync(path, cancellationToken));
            return new NonceState(root.GetProperty("next").GetUInt64(), Numbers(root, "open"), Numbers(root, "free"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"{path} is not a nonce file.", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ulong chainId, Address account, NonceState state, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("next", state.Next);
            Write(json, "open", state.Open);
            Write(json, "free", state.Free);
            json.WriteEndObject();
        }
        DurableWrite.Replace(PathOf(chainId, account), buffer.WrittenSpan);
        return ValueTask.CompletedTask;
    }

    static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ulong> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    static ulong[] Numbers(JsonElement root, string name) => [.. root.GetProperty(name).EnumerateArray().Select(item => item.GetUInt64())];

    string PathOf(ulong chainId, Address account) =>
        Path.Combine(directory, $"{chainId}-{Convert.ToHexStringLower(account.ToArray())}.json");
}
