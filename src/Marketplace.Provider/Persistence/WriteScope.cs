using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Persistence;

/// <summary>One operation's view of the batch it is written in.</summary>
internal sealed class WriteScope(SqliteConnection connection)
{
    readonly List<Action> afterCommit = [];
    readonly List<Action> afterRollback = [];

    public SqliteConnection Connection { get; } = connection;

    /// <summary>Runs once the batch is durable, before the caller learns of it.</summary>
    public void AfterCommit(Action action) => afterCommit.Add(action);

    /// <summary>Runs if the operation is undone, alone or with its batch.</summary>
    public void AfterRollback(Action action) => afterRollback.Add(action);

    internal void Committed() => afterCommit.ForEach(action => action());

    internal void RolledBack() => afterRollback.ForEach(action => action());
}
