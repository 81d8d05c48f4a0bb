namespace Marketplace.Protocol.Transfer;

/// <summary>The bounds of section 6.2 of docs/protocol.md. Both sides check them before they allocate.</summary>
public static class TransferLimits
{
    /// <summary>Bytes of a leaf.</summary>
    public const int LeafSize = 1024;

    /// <summary>Fragments in one upload request.</summary>
    public const int MaxFragmentsPerRequest = 4096;

    /// <summary>Bytes of a fragment.</summary>
    public const int MaxFragmentSize = 64 << 20;

    /// <summary>Leaves of a fragment.</summary>
    public const int MaxFragmentLeaves = MaxFragmentSize / LeafSize;

    /// <summary>Slots that one revision may change.</summary>
    public const int MaxChangesPerRevision = 10_000;

    /// <summary>Slots in one answer.</summary>
    public const int MaxSlotsPerAnswer = 10_000;

    /// <summary>Hashes in a range proof: two on each level of the largest fragment's tree.</summary>
    public const int MaxRangeHashes = 32;

    /// <summary>Bytes of a revision request's JSON: 10,000 changes of at most 128 bytes, and the rest.</summary>
    public const int MaxRevisionBody = 10_000 * 128 + 4096;

    /// <summary>Bytes of a voucher's JSON: an amount of at most 39 digits, a signature of 132, and the rest.</summary>
    public const int MaxVoucherBody = 512;

    /// <summary>Bytes of any JSON answer: the slots' is the longest.</summary>
    public const int MaxJsonAnswer = 2 << 20;

    /// <summary>Bytes of an inclusion, and of its hex digits' half: a header and a top path of at most 32 levels.</summary>
    public const int MaxInclusionSize = 16 + 8 + 8 + 32 + 65 + 1 + 4 + 32 * 60;

    /// <summary>Characters of a refusal's message; the rest is cut off.</summary>
    public const int MaxMessageLength = 512;
}
