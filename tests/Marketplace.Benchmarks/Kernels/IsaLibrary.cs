using System.Reflection;
using System.Runtime.InteropServices;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>
/// Intel's library for erasure codes, as Debian packages it (libisal2): the peer of coding. `npm run bench` brings it along where it is not
/// installed, and tells by the environment variable MARKETPLACE_ISAL where; the variable may name any other version too.
/// </summary>
static unsafe partial class IsaLibrary
{
    const string Library = "isal", PathVariable = "MARKETPLACE_ISAL", SystemName = "libisal.so.2";

    /// <summary>Bytes of the tables for one coefficient.</summary>
    public const int TableSize = 32;

    static readonly nint Handle = Load();

    static IsaLibrary() => NativeLibrary.SetDllImportResolver(
        Assembly.GetExecutingAssembly(), static (name, _, _) => name == Library ? Handle : 0);

    public static bool IsAvailable => Handle != 0;

    /// <summary>The file that was loaded, whose name has the version, if that can be told.</summary>
    public static string? File => !IsAvailable || !System.IO.File.Exists("/proc/self/maps") ? null : System.IO.File
        .ReadLines("/proc/self/maps")
        .Select(line => line[(line.LastIndexOf(' ') + 1)..])
        .Where(path => path.Contains("libisal", StringComparison.Ordinal))
        .Select(Path.GetFileName)
        .FirstOrDefault();

    /// <summary>Writes n rows of k coefficients, the first k being the unit matrix.</summary>
    [LibraryImport(Library, EntryPoint = "gf_gen_cauchy1_matrix")]
    public static partial void GenerateCauchy(byte* rows, int n, int k);

    /// <summary>Inverts a matrix of size x size; uses it up. Zero for success.</summary>
    [LibraryImport(Library, EntryPoint = "gf_invert_matrix")]
    public static partial int Invert(byte* matrix, byte* inverse, int size);

    /// <summary>Makes the tables for some rows of k coefficients.</summary>
    [LibraryImport(Library, EntryPoint = "ec_init_tables")]
    public static partial void InitTables(int k, int rows, byte* coefficients, byte* tables);

    /// <summary>Computes one run of bytes for each row.</summary>
    [LibraryImport(Library, EntryPoint = "ec_encode_data")]
    public static partial void Encode(int length, int k, int rows, byte* tables, byte** sources, byte** destinations);

    static nint Load()
    {
        var named = Environment.GetEnvironmentVariable(PathVariable);
        return NativeLibrary.TryLoad(string.IsNullOrEmpty(named) ? SystemName : named, out var handle) ? handle : 0;
    }
}
