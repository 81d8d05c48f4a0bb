namespace Marketplace.Client.Catalog;

/// <summary>The catalog's tables, as steps from each user_version to the next. Steps are only ever added.</summary>
static class CatalogSchema
{
    public static readonly string[] Steps =
    [
        """
        CREATE TABLE properties (
            name  TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        );

        -- One row for each version of each object. The name is the user's text as exact UTF-8 bytes.
        CREATE TABLE versions (
            id       INTEGER PRIMARY KEY AUTOINCREMENT,
            name     BLOB    NOT NULL,
            number   INTEGER NOT NULL,
            state    INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
            hidden   INTEGER NOT NULL CHECK (hidden BETWEEN 0 AND 1),
            size     INTEGER NOT NULL CHECK (size >= 0),
            created  INTEGER NOT NULL,
            manifest BLOB    NOT NULL
        );
        -- At most one live version of a name.
        CREATE UNIQUE INDEX versions_live ON versions (hidden, name) WHERE state = 2;
        CREATE INDEX versions_committing ON versions (id) WHERE state = 1;

        CREATE TABLE agreements (
            id                 TEXT    NOT NULL PRIMARY KEY,
            provider           BLOB    NOT NULL,
            space              INTEGER NOT NULL CHECK (space > 0),
            end_epoch          INTEGER NOT NULL,
            revision           INTEGER NOT NULL CHECK (revision >= 0),
            data_root          BLOB    NOT NULL,
            weight             INTEGER NOT NULL CHECK (weight >= 0),
            consumer_signature BLOB,
            provider_signature BLOB
        );

        -- The contents of each agreement at its current revision. Without a version: garbage, to be cleared by the next revision.
        CREATE TABLE slots (
            agreement TEXT    NOT NULL REFERENCES agreements (id) ON DELETE CASCADE,
            slot      INTEGER NOT NULL,
            root      BLOB    NOT NULL,
            leaves    INTEGER NOT NULL CHECK (leaves > 0),
            version   INTEGER REFERENCES versions (id),
            PRIMARY KEY (agreement, slot)
        ) WITHOUT ROWID;
        CREATE INDEX slots_by_version ON slots (version);

        -- A signed revision that may have reached its provider.
        CREATE TABLE pending (
            agreement TEXT    NOT NULL PRIMARY KEY REFERENCES agreements (id) ON DELETE CASCADE,
            number    INTEGER NOT NULL,
            data_root BLOB    NOT NULL,
            weight    INTEGER NOT NULL,
            signature BLOB    NOT NULL,
            version   INTEGER REFERENCES versions (id)
        );
        CREATE TABLE pending_changes (
            agreement TEXT    NOT NULL REFERENCES pending (agreement) ON DELETE CASCADE,
            slot      INTEGER NOT NULL,
            root      BLOB,
            leaves    INTEGER NOT NULL,
            PRIMARY KEY (agreement, slot)
        ) WITHOUT ROWID;
        """,
        """
        -- Found at a provider, but belonging to nothing that this catalog knows: perhaps to a change that another copy of it made. Never cleared unasked.
        ALTER TABLE slots ADD COLUMN unclaimed INTEGER NOT NULL DEFAULT 0 CHECK (unclaimed BETWEEN 0 AND 1);
        CREATE INDEX versions_by_name ON versions (hidden, name, number);
        """,
        """
        -- One revision may bring fragments of many versions: each change says whose it is, and pending.version is not used any more.
        ALTER TABLE pending_changes ADD COLUMN version INTEGER REFERENCES versions (id);
        UPDATE pending_changes SET version = (SELECT p.version FROM pending AS p WHERE p.agreement = pending_changes.agreement) WHERE root IS NOT NULL;
        CREATE INDEX pending_changes_by_version ON pending_changes (version);
        """,
        """
        -- What is owed for reading from each agreement, and what of it its provider has a voucher for: base units in decimal, which need 128 bits.
        CREATE TABLE reading (
            agreement TEXT NOT NULL PRIMARY KEY,
            owed      TEXT NOT NULL,
            promised  TEXT NOT NULL
        ) WITHOUT ROWID;
        """,
        """
        -- When this catalog learned that both sides had signed a revision, in milliseconds since 1970: a checkpoint of a later time has to hold it.
        CREATE TABLE signings (
            agreement TEXT    NOT NULL REFERENCES agreements (id) ON DELETE CASCADE,
            number    INTEGER NOT NULL,
            known_at  INTEGER NOT NULL,
            PRIMARY KEY (agreement, number)
        ) WITHOUT ROWID;
        INSERT INTO signings (agreement, number, known_at)
            SELECT id, revision, CAST(strftime('%s', 'now') AS INTEGER) * 1000 FROM agreements WHERE revision > 0;
        """,
        """
        -- Agreements about which their provider's node gave the last watch no answer, and the epoch of the first of the watches in a row.
        CREATE TABLE silences (
            agreement   TEXT    NOT NULL PRIMARY KEY REFERENCES agreements (id) ON DELETE CASCADE,
            since_epoch INTEGER NOT NULL
        ) WITHOUT ROWID;
        """,
        """
        -- What each agreement asks for a GiB that is read, in base units in decimal: the lowest that was ever told of it, which nobody raises afterwards.
        CREATE TABLE reading_prices (
            agreement TEXT NOT NULL PRIMARY KEY,
            per_gib   TEXT NOT NULL
        ) WITHOUT ROWID;
        """,
        """
        -- Of a deleted version (state 3): since when it is kept for restoring, with its manifest and slots. Of a live one: when it was restored. In
        -- milliseconds since 1970; null for all others.
        ALTER TABLE versions ADD COLUMN since INTEGER;
        CREATE INDEX versions_kept ON versions (since) WHERE state = 3 AND since IS NOT NULL;

        -- What the user calls objects beside their names: a line for each tag, sorted; none where all were taken away again.
        CREATE TABLE tags (
            name    BLOB    NOT NULL PRIMARY KEY,
            tags    TEXT    NOT NULL,
            changed INTEGER NOT NULL
        ) WITHOUT ROWID;
        """,
        """
        CREATE INDEX slots_garbage ON slots (agreement) WHERE version IS NULL AND unclaimed = 0;

        -- Inner nodes of agreements' trees, of every fourth level, as they follow from the slots of those in the table trees.
        CREATE TABLE nodes (
            agreement TEXT    NOT NULL REFERENCES agreements (id) ON DELETE CASCADE,
            level     INTEGER NOT NULL,
            number    INTEGER NOT NULL,
            hash      BLOB    NOT NULL,
            weight    INTEGER NOT NULL,
            PRIMARY KEY (agreement, level, number)
        ) WITHOUT ROWID;

        -- No slot below free_from is free.
        CREATE TABLE trees (
            agreement TEXT    NOT NULL PRIMARY KEY REFERENCES agreements (id) ON DELETE CASCADE,
            free_from INTEGER NOT NULL
        ) WITHOUT ROWID;
        """,
        """
        -- Pages of the catalog's published copy as they were found: the rows of the names after one, up to another (null: of all that follow). Gone as soon as one
        -- of the rows may have changed.
        CREATE TABLE pages (
            after  BLOB    NOT NULL PRIMARY KEY,
            last   BLOB,
            size   INTEGER NOT NULL,
            digest BLOB    NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX versions_replaced ON versions (id) WHERE state = 3 AND since IS NULL;
        CREATE TRIGGER pages_versions_added AFTER INSERT ON versions WHEN NEW.hidden = 0 BEGIN
            DELETE FROM pages WHERE after = (SELECT max(after) FROM pages WHERE after < NEW.name) AND (last IS NULL OR last >= NEW.name);
        END;
        CREATE TRIGGER pages_versions_removed AFTER DELETE ON versions WHEN OLD.hidden = 0 BEGIN
            DELETE FROM pages WHERE after = (SELECT max(after) FROM pages WHERE after < OLD.name) AND (last IS NULL OR last >= OLD.name);
        END;
        CREATE TRIGGER pages_versions_changed AFTER UPDATE ON versions WHEN NEW.hidden = 0 BEGIN
            DELETE FROM pages WHERE after = (SELECT max(after) FROM pages WHERE after < OLD.name) AND (last IS NULL OR last >= OLD.name);
            DELETE FROM pages WHERE after = (SELECT max(after) FROM pages WHERE after < NEW.name) AND (last IS NULL OR last >= NEW.name);
        END;
        CREATE TRIGGER pages_tags_added AFTER INSERT ON tags BEGIN
            DELETE FROM pages WHERE after = (SELECT max(after) FROM pages WHERE after < NEW.name) AND (last IS NULL OR last >= NEW.name);
        END;
        CREATE TRIGGER pages_tags_removed AFTER DELETE ON tags BEGIN
            DELETE FROM pages WHERE after = (SELECT max(after) FROM pages WHERE after < OLD.name) AND (last IS NULL OR last >= OLD.name);
        END;
        CREATE TRIGGER pages_tags_changed AFTER UPDATE ON tags BEGIN
            DELETE FROM pages WHERE after = (SELECT max(after) FROM pages WHERE after < OLD.name) AND (last IS NULL OR last >= OLD.name);
            DELETE FROM pages WHERE after = (SELECT max(after) FROM pages WHERE after < NEW.name) AND (last IS NULL OR last >= NEW.name);
        END;
        """,
        """
        -- Whether more may be stored in it, as the chain said last: not ended early.
        ALTER TABLE agreements ADD COLUMN takes_data INTEGER NOT NULL DEFAULT 1 CHECK (takes_data BETWEEN 0 AND 1);
        """,
    ];
}
