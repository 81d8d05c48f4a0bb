namespace Marketplace.Provider.Persistence;

/// <summary>Holds a data directory for one process. The system lets go of it when the process ends, however it ends.</summary>
public sealed class DataDirectoryLock : IDisposable
{
    readonly FileStream file;

    DataDirectoryLock(FileStream file) => this.file = file;

    /// <summary>Creates the directory if needed (owner only) and locks it.</summary>
    /// <exception cref="DataDirectoryInUseException">Another process, or another store in this one, holds it.</exception>
    public static DataDirectoryLock Acquire(string directory)
    {
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            // On Linux FileShare.None is an flock(LOCK_EX | LOCK_NB) on the open file.
            return new DataDirectoryLock(new FileStream(Path.Combine(directory, "lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }));
        }
        catch (IOException exception) when (exception.HResult == WouldBlock)
        {
            throw new DataDirectoryInUseException(directory, exception);
        }
    }

    const int WouldBlock = 11;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}

/// <summary>Two provider nodes were started on one data directory.</summary>
public sealed class DataDirectoryInUseException(string directory, Exception inner)
    : IOException($"The data directory {directory} is in use by another provider node. Stop that one first, or choose another directory.",
        inner)
{
    /// <summary>The directory that is in use.</summary>
    public string DirectoryPath { get; } = directory;
}
