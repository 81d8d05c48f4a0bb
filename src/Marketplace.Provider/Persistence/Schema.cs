using Dapper;
using Marketplace.Provider.Agreements;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Persistence;

/// <summary>The index's tables, as a chain of forward migrations counted in SQLite's <c>user_version</c>.</summary>
internal static class Schema
{
    /// <summary>The end of an interval of revisions or checkpoints that has not ended.</summary>
    public const long Open = long.MaxValue;

    static readonly string[] Migrations =
    [
        """
        CREATE TABLE store_totals(
            id INTEGER PRIMARY KEY CHECK (id = 1),
            opened INTEGER NOT NULL,
            fragments INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            data_from INTEGER NOT NULL);
        INSERT INTO store_totals VALUES (1, 0, 0, 0, 0);

        CREATE TABLE sealed_volumes(id INTEGER PRIMARY KEY);

        -- Space whose row is gone and whose blocks are still to be given back.
        CREATE TABLE reclaimable(
            id INTEGER PRIMARY KEY,
            volume INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            length INTEGER NOT NULL);

        CREATE TABLE agreements(
            key INTEGER PRIMARY KEY,
            agreement BLOB NOT NULL UNIQUE,
            data_key BLOB NOT NULL,
            gib INTEGER NOT NULL,
            start_epoch INTEGER NOT NULL,
            end_epoch INTEGER NOT NULL,
            closed INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            weight INTEGER NOT NULL,
            staged_leaves INTEGER NOT NULL);
        -- closed: 0 open; 1 closed, its slots still to be ended; 2 closed, all its slots are ended.
        CREATE INDEX agreements_closing ON agreements(key) WHERE closed = 1;

        CREATE TABLE revisions(
            agreement INTEGER NOT NULL REFERENCES agreements(key),
            number INTEGER NOT NULL,
            data_root BLOB NOT NULL,
            weight INTEGER NOT NULL,
            consumer_signature BLOB NOT NULL,
            provider_signature BLOB NOT NULL,
            PRIMARY KEY (agreement, number)) WITHOUT ROWID;

        -- refs counts the slot rows of any revision that name the fragment. It is garbage when there is none and staging is over.
        CREATE TABLE fragments(
            id INTEGER PRIMARY KEY,
            agreement INTEGER NOT NULL REFERENCES agreements(key),
            root BLOB NOT NULL,
            volume INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            length INTEGER NOT NULL,
            refs INTEGER NOT NULL,
            staged_until INTEGER NOT NULL,
            UNIQUE (agreement, root));
        CREATE INDEX fragments_by_place ON fragments(volume, offset);
        CREATE INDEX fragments_staged ON fragments(staged_until) WHERE refs = 0;

        -- What a slot held in the revisions [from_revision, to_revision).
        CREATE TABLE slots(
            agreement INTEGER NOT NULL REFERENCES agreements(key),
            slot INTEGER NOT NULL,
            from_revision INTEGER NOT NULL,
            to_revision INTEGER NOT NULL,
            fragment INTEGER NOT NULL REFERENCES fragments(id),
            PRIMARY KEY (agreement, slot, from_revision)) WITHOUT ROWID;
        CREATE INDEX slots_ended ON slots(agreement) WHERE to_revision < 9223372036854775807;
        CREATE INDEX slots_by_fragment ON slots(fragment);

        CREATE TABLE checkpoints(
            sequence INTEGER PRIMARY KEY,
            root BLOB NOT NULL,
            leaves INTEGER NOT NULL,
            agreements INTEGER NOT NULL,
            created_at INTEGER NOT NULL);

        -- Which agreement, at which revision, a slot of the top tree held in the checkpoints [from_checkpoint, to_checkpoint).
        CREATE TABLE members(
            slot INTEGER NOT NULL,
            from_checkpoint INTEGER NOT NULL,
            to_checkpoint INTEGER NOT NULL,
            agreement INTEGER NOT NULL REFERENCES agreements(key),
            revision INTEGER NOT NULL,
            PRIMARY KEY (slot, from_checkpoint)) WITHOUT ROWID;
        CREATE INDEX members_by_agreement ON members(agreement, revision);
        CREATE INDEX members_ended ON members(to_checkpoint);

        CREATE TABLE catalog_records(
            agreement INTEGER PRIMARY KEY REFERENCES agreements(key),
            sequence INTEGER NOT NULL,
            signature BLOB NOT NULL,
            payload BLOB NOT NULL);
        """,
        """
        -- 1 while an audit is open or could be again: what the agreement holds stays, though it is over.
        ALTER TABLE agreements ADD COLUMN held INTEGER NOT NULL DEFAULT 0;

        -- Fragments that the disk no longer returns as they were stored.
        CREATE TABLE rotten(fragment INTEGER PRIMARY KEY REFERENCES fragments(id) ON DELETE CASCADE);

        -- Agreements with a loss that was or is to be declared, whose pay may have to be cured.
        CREATE TABLE lossy(agreement INTEGER PRIMARY KEY REFERENCES agreements(key));

        -- The highest voucher of each agreement's consumer.
        CREATE TABLE vouchers(
            agreement INTEGER PRIMARY KEY REFERENCES agreements(key),
            amount BLOB NOT NULL,
            signature BLOB NOT NULL);
        """,
        """
        -- How far the round is that reads everything again: ScrubPosition.
        CREATE TABLE scrub(
            id INTEGER PRIMARY KEY CHECK (id = 1),
            began INTEGER NOT NULL,
            volume INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            done INTEGER NOT NULL);
        INSERT INTO scrub VALUES (1, 0, 0, -1, 0);
        """,
        $"""
        -- Occupied slots of the current revision.
        ALTER TABLE agreements ADD COLUMN occupied INTEGER NOT NULL DEFAULT 0;
        UPDATE agreements SET occupied = (SELECT count(*) FROM slots s WHERE s.agreement = agreements.key AND s.to_revision = {Open});

        -- Inner nodes of the agreements' trees, of every fourth level, as they were in the revisions [from_revision, to_revision).
        CREATE TABLE nodes(
            agreement INTEGER NOT NULL REFERENCES agreements(key),
            level INTEGER NOT NULL,
            number INTEGER NOT NULL,
            from_revision INTEGER NOT NULL,
            to_revision INTEGER NOT NULL,
            hash BLOB NOT NULL,
            weight INTEGER NOT NULL,
            PRIMARY KEY (agreement, level, number, from_revision)) WITHOUT ROWID;
        CREATE INDEX nodes_ended ON nodes(agreement) WHERE to_revision < {Open};
        """,
        """
        -- Bytes of a volume that fragments take.
        CREATE TABLE volume_use(volume INTEGER PRIMARY KEY, bytes INTEGER NOT NULL);
        INSERT INTO volume_use(volume, bytes)
        SELECT volume, sum((128 + length + iif(length > 65536, (length + 65535) / 65536 * 32, 0) + 4095) / 4096 * 4096) FROM fragments GROUP BY volume;
        """,
    ];

    /// <summary>What a migration does besides: by the version that it begins at.</summary>
    static readonly Dictionary<int, Action<SqliteConnection>> Afterwards = new() { [3] = TreeRebuild.Run };

    /// <exception cref="StoreSchemaException">The file was written by a newer version.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        var version = connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version > Migrations.Length)
            throw new StoreSchemaException(version, Migrations.Length);
        for (; version < Migrations.Length; version++)
        {
            var next = version;
            WriterTransaction.Run(connection, () =>
            {
                connection.Execute(Migrations[next]);
                Afterwards.GetValueOrDefault(next)?.Invoke(connection);
                connection.Execute($"PRAGMA user_version = {next + 1}");
            });
        }
    }
}

/// <summary>The index was written by a newer version of the provider node.</summary>
public sealed class StoreSchemaException(int found, int known)
    : IOException($"The store's index has schema {found}, and this version knows schemas up to {known}. "
        + "Run the version that wrote it, or a newer one.");
