using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Marketplace.Core.Tests.Vectors;

/// <summary>
/// A committed file of vectors in tests/vectors, which is compared with what the code produces, or rewritten where UPDATE_VECTORS is 1.
/// </summary>
internal static class VectorFile
{
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    public static string Hex(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    public static void Check(string name, object contents, [CallerFilePath] string caller = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(caller)!, "..", "..", "vectors", name);
        var text = JsonSerializer.Serialize(contents, Json) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_VECTORS") == "1")
            File.WriteAllText(path, text);
        Assert.True(File.ReadAllText(path) == text, $"{name} is not what the code produces. If the change is meant: UPDATE_VECTORS=1 dotnet test.");
    }
}
