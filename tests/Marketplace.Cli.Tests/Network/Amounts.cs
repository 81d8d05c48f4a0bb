using System.Globalization;
using System.Text.Json;

namespace Marketplace.Cli.Tests.Network;

/// <summary>Amounts in --json.</summary>
static class Amounts
{
    public static UInt128 Token { get; } = 1_000_000_000_000_000_000;

    public static UInt128 Amount(this JsonElement json, string name) => UInt128.Parse(json.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    public static ulong Number(this JsonElement json, string name) => json.GetProperty(name).GetUInt64();

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
