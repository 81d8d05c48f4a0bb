using System.ComponentModel;

namespace Marketplace.Provider.Persistence;

/// <summary>The system failed to make data durable. What was written before may be lost, whatever later calls report.</summary>
public sealed class DurabilityException : IOException
{
    /// <param name="operation">The system call.</param>
    /// <param name="error">Its errno.</param>
    public DurabilityException(string operation, int error)
        : base($"{operation} failed: {new Win32Exception(error).Message} (errno {error}).")
    {
        Operation = operation;
        Error = error;
    }

    /// <summary>The system call that failed.</summary>
    public string Operation { get; }

    /// <summary>The errno it reported.</summary>
    public int Error { get; }
}
