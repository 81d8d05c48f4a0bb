using System.Security.Cryptography;
using Marketplace.Ethereum.Accounts;
using Microsoft.Extensions.Logging;

namespace Marketplace.Gateway.Security;

/// <summary>
/// Where sessions are written down, so that browsers are known to a gateway that was started anew: at the same address, with the same password. Whatever is
/// wrong with the file is logged and lets nobody in: browsers have to come by the gateway's address, or sign in, again.
/// </summary>
/// <param name="path">In a folder that is there; for its owner only.</param>
/// <param name="address">Where the gateway listens.</param>
/// <param name="password">What it asks for; null where it is started by a secret.</param>
/// <param name="log">What is wrong with the file.</param>
public sealed partial class SessionFile(string path, string address, GatewayPassword? password, ILogger log)
{
    /// <summary>What is longer was not written here.</summary>
    const int LongestFile = 64 << 10;

    /// <summary>With it the same password makes the same mark again; null where there is none.</summary>
    /// <param name="path">The file, which may be missing.</param>
    public static byte[]? SaltIn(string path)
    {
        try
        {
            return Load(path)?.Password?.Salt;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            // Told when it is read.
            return null;
        }
    }

    /// <summary>Those of the last run; none of another address, nor of another password, which forgets them.</summary>
    internal IReadOnlyList<KeptSession> Read()
    {
        try
        {
            if (Load(path) is not { } kept || kept.Address != address)
                return [];
            if (IsSame(kept.Password))
                return kept.Sessions;
            Write([]);
            return [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            LogUnreadable(path, fault.Message);
            return [];
        }
    }

    /// <summary>Writes all of them down.</summary>
    internal void Write(IReadOnlyList<KeptSession> sessions)
    {
        try
        {
            DurableWrite.Replace(path, new SessionDocument(address, password?.Mark, sessions).Write());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(path, fault.Message);
        }
    }

    static SessionDocument? Load(string path)
    {
        if (!File.Exists(path))
            return null;
        if (new FileInfo(path).Length > LongestFile)
            throw new FormatException("It is too long.");
        // Whoever may write it could let itself in.
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            throw new FormatException("Others may write it.");
        return SessionDocument.Read(File.ReadAllBytes(path));
    }

    bool IsSame(PasswordMark? mark) => (mark, password) switch
    {
        (null, null) => true,
        ({ } kept, { } now) => CryptographicOperations.FixedTimeEquals(kept.Digest, now.Mark.Digest),
        _ => false,
    };

    [LoggerMessage(EventId = 6201, Level = LogLevel.Warning, Message = "{Path} cannot be read, and is begun anew; browsers that were signed in have to come in again. {Reason}")]
    partial void LogUnreadable(string path, string reason);

    [LoggerMessage(EventId = 6202, Level = LogLevel.Warning, Message = "{Path} cannot be written; after a restart browsers have to come in again. {Reason}")]
    partial void LogUnwritable(string path, string reason);
}
