using System.Collections.Frozen;

namespace Marketplace.Protocol.Transfer;

/// <summary>Why a provider did not do what was asked (docs/protocol.md, section 6.2).</summary>
public enum RefusalCode
{
    /// <summary>A code that this version does not know.</summary>
    Unknown,

    /// <summary>No session, or one that is over, for another agreement or provider, or not signed by the current data key.</summary>
    Unauthorized,

    /// <summary>The provider has no such agreement.</summary>
    UnknownAgreement,

    /// <summary>The agreement is not (or no longer) active.</summary>
    AgreementNotActive,

    /// <summary>The request is malformed.</summary>
    BadRequest,

    /// <summary>A bound of the protocol is exceeded.</summary>
    TooLarge,

    /// <summary>The bytes are not those of the announced root.</summary>
    RootMismatch,

    /// <summary>The agreement's rented space is used up.</summary>
    QuotaExceeded,

    /// <summary>The provider's disk is full.</summary>
    OutOfSpace,

    /// <summary>A revision names a fragment that was not stored before.</summary>
    FragmentNotStored,

    /// <summary>A revision fills a slot that is not empty.</summary>
    SlotOccupied,

    /// <summary>A revision empties a slot that is empty.</summary>
    SlotEmpty,

    /// <summary>The changes lead to another root or weight than the signed one.</summary>
    DataRootMismatch,

    /// <summary>The signature is not the data key's.</summary>
    BadSignature,

    /// <summary>The revision's number is not the next one.</summary>
    RevisionConflict,

    /// <summary>The record's sequence is not higher than the stored one's.</summary>
    RecordConflict,

    /// <summary>A higher voucher is stored already.</summary>
    VoucherConflict,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>The fragment's bytes on the provider's disk are damaged.</summary>
    Corrupt,

    /// <summary>The provider's disk failed; nothing is acknowledged any more.</summary>
    StoreFailed,

    /// <summary>Try again later.</summary>
    Busy,

    /// <summary>A fault of the provider's.</summary>
    Internal,
}

/// <summary>A refusal code as text, and the HTTP status that it travels with.</summary>
public static class RefusalCodes
{
    /// <summary>What stands in a fragment's result when it was stored.</summary>
    public const string Stored = "stored";

    static readonly (RefusalCode Code, string Text, int Status)[] Table =
    [
        (RefusalCode.Unauthorized, "unauthorized", 401),
        (RefusalCode.UnknownAgreement, "unknown-agreement", 404),
        (RefusalCode.AgreementNotActive, "agreement-not-active", 409),
        (RefusalCode.BadRequest, "bad-request", 400),
        (RefusalCode.TooLarge, "too-large", 413),
        (RefusalCode.RootMismatch, "root-mismatch", 422),
        (RefusalCode.QuotaExceeded, "quota-exceeded", 409),
        (RefusalCode.OutOfSpace, "out-of-space", 507),
        (RefusalCode.FragmentNotStored, "fragment-not-stored", 409),
        (RefusalCode.SlotOccupied, "slot-occupied", 409),
        (RefusalCode.SlotEmpty, "slot-empty", 409),
        (RefusalCode.DataRootMismatch, "data-root-mismatch", 422),
        (RefusalCode.BadSignature, "bad-signature", 403),
        (RefusalCode.RevisionConflict, "revision-conflict", 409),
        (RefusalCode.RecordConflict, "record-conflict", 409),
        (RefusalCode.VoucherConflict, "voucher-conflict", 409),
        (RefusalCode.NotFound, "not-found", 404),
        (RefusalCode.Corrupt, "corrupt", 500),
        (RefusalCode.StoreFailed, "store-failed", 503),
        (RefusalCode.Busy, "busy", 503),
        (RefusalCode.Internal, "internal", 500),
    ];

    static readonly FrozenDictionary<string, RefusalCode> ByText =
        Table.ToFrozenDictionary(row => row.Text, row => row.Code, StringComparer.Ordinal);

    static readonly FrozenDictionary<RefusalCode, (string Text, int Status)> ByCode =
        Table.ToFrozenDictionary(row => row.Code, row => (row.Text, row.Status));

    /// <summary>The code's text.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="RefusalCode.Unknown"/>, which nobody sends.</exception>
    public static string ToText(this RefusalCode code) => Find(code).Text;

    /// <summary>The HTTP status of a refusal with this code.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="RefusalCode.Unknown"/>, which nobody sends.</exception>
    public static int ToHttpStatus(this RefusalCode code) => Find(code).Status;

    /// <summary>The code with that text; <see cref="RefusalCode.Unknown"/> for any other text.</summary>
    public static RefusalCode Parse(string? text) =>
        text is not null && ByText.TryGetValue(text, out var code) ? code : RefusalCode.Unknown;

    /// <summary>Whether the same request may succeed at this provider a little later, without anybody changing anything.</summary>
    public static bool IsTransient(this RefusalCode code) => code is RefusalCode.Busy;

    static (string Text, int Status) Find(RefusalCode code) =>
        ByCode.TryGetValue(code, out var row) ? row : throw new ArgumentOutOfRangeException(nameof(code), code, "Nobody sends this code.");
}
