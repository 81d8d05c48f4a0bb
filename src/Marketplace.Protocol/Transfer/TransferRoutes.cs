using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Transfer;

/// <summary>
/// Paths of the provider's calls: templates for the server's routing, and builders for the client. Agreement ids are decimal; roots are 64
/// hex
/// digits without 0x.
/// </summary>
public static class TransferRoutes
{
    /// <summary>GET, without a session.</summary>
    public const string Status = "/v1/status";

    /// <summary>POST: fragments as frames.</summary>
    public const string FragmentsTemplate = "/v1/agreements/{id}/fragments";

    /// <summary>GET: leaves of a fragment, with <c>first</c> and <c>count</c>.</summary>
    public const string FragmentTemplate = "/v1/agreements/{id}/fragments/{root}";

    /// <summary>POST: the next revision.</summary>
    public const string RevisionsTemplate = "/v1/agreements/{id}/revisions";

    /// <summary>GET: the current revision.</summary>
    public const string RevisionTemplate = "/v1/agreements/{id}/revision";

    /// <summary>GET: occupied slots, with <c>from</c> and <c>count</c>.</summary>
    public const string SlotsTemplate = "/v1/agreements/{id}/slots";

    /// <summary>GET: the path in the newest checkpoint, or with <c>root</c> in an earlier one.</summary>
    public const string InclusionTemplate = "/v1/agreements/{id}/inclusion";

    /// <summary>PUT and GET: the catalog record.</summary>
    public const string RecordTemplate = "/v1/agreements/{id}/record";

    /// <summary>POST and GET: the highest voucher for reading.</summary>
    public const string VoucherTemplate = "/v1/agreements/{id}/voucher";

    /// <summary>Media type of frames, ranges and records.</summary>
    public const string Binary = "application/octet-stream";

    /// <summary>Media type of everything else.</summary>
    public const string Json = "application/json";

    /// <summary>Where fragments are stored.</summary>
    public static string Fragments(AgreementId agreement) => $"/v1/agreements/{agreement}/fragments";

    /// <summary>All leaves of a fragment.</summary>
    public static string Fragment(AgreementId agreement, Hash256 root) => $"/v1/agreements/{agreement}/fragments/{HexOf(root)}";

    /// <summary>Leaves [first, first + count) of a fragment.</summary>
    public static string Fragment(AgreementId agreement, Hash256 root, uint first, uint count) =>
        string.Create(null, stackalloc char[256], $"/v1/agreements/{agreement}/fragments/{HexOf(root)}?first={first}&count={count}");

    /// <summary>Where the next revision goes.</summary>
    public static string Revisions(AgreementId agreement) => $"/v1/agreements/{agreement}/revisions";

    /// <summary>The current revision.</summary>
    public static string Revision(AgreementId agreement) => $"/v1/agreements/{agreement}/revision";

    /// <summary>Occupied slots from <paramref name="from"/> on.</summary>
    public static string Slots(AgreementId agreement, uint from, int count) =>
        string.Create(null, stackalloc char[128], $"/v1/agreements/{agreement}/slots?from={from}&count={count}");

    /// <summary>The path in the newest checkpoint.</summary>
    public static string Inclusion(AgreementId agreement) => $"/v1/agreements/{agreement}/inclusion";

    /// <summary>The path in a checkpoint that the provider once had on chain.</summary>
    public static string Inclusion(AgreementId agreement, Hash256 root) => $"/v1/agreements/{agreement}/inclusion?root={HexOf(root)}";

    /// <summary>The catalog record.</summary>
    public static string Record(AgreementId agreement) => $"/v1/agreements/{agreement}/record";

    /// <summary>The highest voucher.</summary>
    public static string Voucher(AgreementId agreement) => $"/v1/agreements/{agreement}/voucher";

    /// <summary>Reads an agreement's number from a path: decimal digits only, without leading zeros, not 0.</summary>
    public static bool TryParseAgreement(ReadOnlySpan<char> text, out AgreementId agreement)
    {
        agreement = default;
        if (text.Length is 0 or > 39 || text[0] is '0' || text.ContainsAnyExceptInRange('0', '9') || !UInt128.TryParse(text, null, out var value))
            return false;
        agreement = new AgreementId(value);
        return true;
    }

    /// <summary>Reads a root from a path: exactly 64 lower-case hex digits.</summary>
    public static bool TryParseRoot(ReadOnlySpan<char> text, out Hash256 root)
    {
        root = default;
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        if (text.Length != 2 * Hash256.Size || text.ContainsAnyInRange('A', 'F')
            || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        root = new Hash256(bytes);
        return true;
    }

    static ReadOnlySpan<char> HexOf(Hash256 root) => root.ToString().AsSpan(2);
}
