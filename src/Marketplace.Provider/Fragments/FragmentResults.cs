namespace Marketplace.Provider.Fragments;

/// <summary>What became of an upload.</summary>
public enum FragmentWriteResult
{
    /// <summary>On stable storage, and staged until a revision names it.</summary>
    Stored,

    /// <summary>It was here already; its staging time starts anew.</summary>
    AlreadyStored,

    /// <summary>The bytes do not hash to the announced root. Nothing was kept.</summary>
    RootMismatch,

    /// <summary>
    /// The announced length is not a positive multiple of 1,024, is not the stored fragment's, or the content ended before it.
    /// </summary>
    LengthMismatch,

    /// <summary>Longer than 64 MiB, or than a volume.</summary>
    TooLarge,

    /// <summary>The disk, or the space that the node may take, is full.</summary>
    OutOfSpace,

    /// <summary>The agreement's reserved space is used up.</summary>
    QuotaExceeded,

    /// <summary>The store does not know the agreement.</summary>
    UnknownAgreement,

    /// <summary>The agreement has ended.</summary>
    AgreementClosed,
}

/// <summary>What became of an attempt to open a fragment.</summary>
public abstract record FragmentOpenResult
{
    FragmentOpenResult()
    {
    }

    /// <summary>It is here, and its block hashes lead to its root. The caller disposes the reader.</summary>
    public sealed record Found(FragmentReader Reader) : FragmentOpenResult;

    /// <summary>The agreement has no such fragment here.</summary>
    public sealed record NotStored : FragmentOpenResult
    {
        internal static readonly NotStored Instance = new();
    }

    /// <summary>It was stored and the disk no longer returns its bytes.</summary>
    public sealed record Corrupt : FragmentOpenResult
    {
        internal static readonly Corrupt Instance = new();
    }
}

/// <summary>How a read of an open fragment ended. Bytes that fail their check are never handed out.</summary>
public enum FragmentReadResult
{
    /// <summary>Everything was read and checked.</summary>
    Complete,

    /// <summary>It was deleted while it was read.</summary>
    NotStored,

    /// <summary>The disk does not return the bytes that were stored.</summary>
    Corrupt,
}
