using System.CommandLine;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Commands;

/// <summary>How much memory a transfer may fill with what is on its way.</summary>
internal static class MemoryOption
{
    const int Default = 256, Least = 16, Most = 1 << 20;

    /// <summary>MiB of connections, encryption and garbage of a transfer, beyond what the program itself takes.</summary>
    const int BesideBuffers = 80;

    public static Option<int> Create() => new("--memory")
    {
        Description = $"MiB for what is on its way; the program itself takes some 60 more. 96 are enough for most lines (default: {Default}).",
        HelpName = "MIB",
        DefaultValueFactory = _ => Default,
    };

    /// <summary>Bytes for the buffers of segments: what is left of it when the rest of a transfer has its share, but a quarter at least.</summary>
    /// <exception cref="CommandRefusal">option-invalid.</exception>
    public static long BytesOf(CommandContext context, Option<int> option) => context.Get(option) is >= Least and <= Most and var mebibytes
        ? (long)Math.Max(mebibytes / 4, mebibytes - BesideBuffers) << 20
        : throw new CommandRefusal("option-invalid", $"--memory is between {Least} and {Most} MiB.");
}
