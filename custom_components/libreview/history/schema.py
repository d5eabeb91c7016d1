"""The tables of the store, and the migration of older files."""

import sqlite3
from typing import Final

from .change_triggers import CHANGE_TABLES

MIGRATIONS: Final = (
    # Version 1. Instants are epoch seconds (UTC), walls the same of a clock read as if it were UTC, glucose
    # is in mg/dL, codes are those of sources.py and row_codec.py.
    """
    CREATE TABLE person (
        id INTEGER PRIMARY KEY,
        patient_id TEXT NOT NULL UNIQUE,
        zone TEXT,
        reports_of TEXT
    ) STRICT;
    CREATE TABLE device (
        id INTEGER PRIMARY KEY,
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        name TEXT NOT NULL,
        serial TEXT NOT NULL,
        UNIQUE (person, name, serial)
    ) STRICT;
    CREATE TABLE sensor (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        activated_at INTEGER NOT NULL,
        PRIMARY KEY (person, activated_at)
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE reading (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        at INTEGER NOT NULL,
        mg_dl INTEGER NOT NULL,
        source INTEGER NOT NULL,
        trend INTEGER,
        measuring_range INTEGER NOT NULL,
        device INTEGER,
        PRIMARY KEY (person, at)
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE entry (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        at INTEGER NOT NULL,
        wall INTEGER NOT NULL,
        kind TEXT NOT NULL,
        amount REAL,
        text TEXT NOT NULL,
        precision TEXT NOT NULL,
        source INTEGER NOT NULL,
        nth INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX entry_of_a_time ON entry (person, at);
    CREATE UNIQUE INDEX entry_once ON entry (person, wall, kind, ifnull(amount, -1), text, precision, nth);
    CREATE TABLE due_hour (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        hour INTEGER NOT NULL,
        times INTEGER NOT NULL DEFAULT 1,
        PRIMARY KEY (person, hour)
    ) WITHOUT ROWID, STRICT;
    """,
    # Version 2. How far the clock of a person's phone was from UTC at instants of live readings.
    """
    CREATE TABLE utc_offset (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        at INTEGER NOT NULL,
        seconds INTEGER NOT NULL,
        PRIMARY KEY (person, at)
    ) WITHOUT ROWID, STRICT;
    """,
    # Version 3. `standing`: codes of entry_matching.py. A text beside an amount is no part of what an entry
    # is any more, so copies of doses go that a report had without a file's note. `removed_at` is NULL for who
    # is followed, else since when they are not: 0 until a clock tells it that is known to be right.
    """
    ALTER TABLE person ADD COLUMN removed_at INTEGER;
    ALTER TABLE entry ADD COLUMN standing INTEGER NOT NULL DEFAULT 0;
    CREATE TEMP TABLE noted AS
        SELECT person, wall - wall % 3600 AS hour, kind, amount, count(*) AS doses FROM entry
        WHERE source = 3 AND text != '' AND kind NOT IN ('note', 'blood_glucose') GROUP BY 1, 2, 3, 4;
    DELETE FROM entry WHERE rowid IN (
        SELECT told.row FROM noted JOIN (
            SELECT rowid AS row, person, wall - wall % 3600 AS hour, kind, amount, row_number() OVER (
                PARTITION BY person, wall - wall % 3600, kind, amount ORDER BY nth
            ) AS place
            FROM entry WHERE source = 2 AND precision = 'hour'
        ) AS told
        ON told.person = noted.person AND told.hour = noted.hour AND told.kind = noted.kind
        AND told.amount IS noted.amount AND told.place <= noted.doses
    );
    DROP TABLE noted;
    DROP INDEX entry_once;
    UPDATE entry SET nth = numbered.nth FROM (
        SELECT rowid AS row, row_number() OVER (
            PARTITION BY person, wall, kind, amount, precision,
            CASE WHEN kind IN ('note', 'blood_glucose') THEN text ELSE '' END
            ORDER BY nth, rowid
        ) - 1 AS nth
        FROM entry
    ) AS numbered WHERE entry.rowid = numbered.row;
    CREATE UNIQUE INDEX entry_once ON entry (
        person, wall, kind, ifnull(amount, -1),
        CASE WHEN kind IN ('note', 'blood_glucose') THEN text ELSE '' END, precision, nth
    );
    """,
    # Version 4. The wall clock of a reading that has come with one: a report tells it again by that.
    """
    ALTER TABLE reading ADD COLUMN wall INTEGER;
    """,
    # Version 5. What was told is kept beside what holds, so that an import can be taken back. `file` is the
    # number of a person's import, 0 or NULL for what is of none. `told_at` is when a report last told or
    # withdrew an entry, or when its file was made, 0 where that is not known. An entry of a file that reports
    # had told or withdrawn gets their word as a row of its own. `spared` is 1 for who is back without a login
    # of the diary, and keeps the reports of before.
    """
    ALTER TABLE person ADD COLUMN spared INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE reading ADD COLUMN file INTEGER;
    ALTER TABLE entry ADD COLUMN file INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE entry ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0;
    DROP INDEX entry_once;
    UPDATE person SET spared = 1 WHERE reports_of IS NULL;
    UPDATE entry SET file = 1 WHERE source = 3;
    CREATE UNIQUE INDEX entry_once ON entry (
        person, wall, kind, ifnull(amount, -1),
        CASE WHEN kind IN ('note', 'blood_glucose') THEN text ELSE '' END, precision, nth, file
    );
    INSERT INTO entry (person, at, wall, kind, amount, text, precision, source, nth, standing)
        SELECT person, at - wall % 3600, wall - wall % 3600, kind, amount, label, 'hour', 2,
        row_number() OVER (PARTITION BY person, wall - wall % 3600, kind, amount, label ORDER BY wall) - 1 + (
            SELECT ifnull(max(told.nth) + 1, 0) FROM entry AS told
            WHERE told.person = filed.person AND told.wall = filed.wall - filed.wall % 3600
            AND told.kind = filed.kind AND told.amount IS filed.amount AND told.precision = 'hour'
            AND told.file = 0
        ),
        CASE standing WHEN 1 THEN 3 ELSE 2 END
        FROM (
            SELECT *, CASE WHEN kind IN ('note', 'blood_glucose') THEN text ELSE '' END AS label
            FROM entry WHERE file = 1 AND standing IN (1, 2)
        ) AS filed;
    CREATE TABLE import (
        person INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
        file INTEGER NOT NULL,
        kept_at INTEGER NOT NULL,
        readings INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        made_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE replaced_reading (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        file INTEGER NOT NULL,
        at INTEGER NOT NULL,
        mg_dl INTEGER NOT NULL,
        source INTEGER NOT NULL,
        trend INTEGER,
        measuring_range INTEGER NOT NULL,
        device INTEGER,
        wall INTEGER,
        PRIMARY KEY (person, file, at)
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE emptied_hour (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        hour INTEGER NOT NULL,
        mean REAL NOT NULL,
        low INTEGER NOT NULL,
        high INTEGER NOT NULL,
        covered INTEGER NOT NULL,
        PRIMARY KEY (person, hour)
    ) WITHOUT ROWID, STRICT;
    """,
    # Version 6. The hours in which something changed, for whoever wants no more than what is new.
    CHANGE_TABLES,
    # Version 7. What files have told of readings and does not hold: it is behind a report's (`replaced_by` is
    # 0), is a live one by the word of a report (-1), gives way to another one of a later file at its instant
    # (-2), or is replaced by an import (its number). It is told again when that goes. `file` is 0 where
    # unknown.
    # What was written of hours is noted of all of them, not only of those that were emptied.
    # `reports_lost` is 1 for who had reports deleted with the login, until one is read again.
    """
    ALTER TABLE person ADD COLUMN reports_lost INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE emptied_hour RENAME TO written_hour;
    CREATE TABLE hidden_reading (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        at INTEGER NOT NULL,
        file INTEGER NOT NULL,
        replaced_by INTEGER NOT NULL,
        mg_dl INTEGER NOT NULL,
        measuring_range INTEGER NOT NULL,
        device INTEGER,
        wall INTEGER,
        PRIMARY KEY (person, at, file)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX hidden_of_a_wall ON hidden_reading (person, wall, file);
    INSERT INTO hidden_reading (person, at, file, replaced_by, mg_dl, measuring_range, device, wall)
        SELECT person, at, 0, file, mg_dl, measuring_range, device, wall FROM replaced_reading;
    DROP TABLE replaced_reading;
    """,
)
"""The statements of each version, in order: a file of version n needs those from index n on."""


class NewerFileError(sqlite3.DatabaseError):
    """The file was written by a later version of this integration, and is whole."""


def check_version(connection: sqlite3.Connection) -> int:
    """Return the version of a file. Raises NewerFileError or sqlite3.Error."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise NewerFileError(version)
    return version


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file to the newest version, each step as a whole or not at all.

    Raises NewerFileError or sqlite3.Error.
    """
    version = check_version(connection)
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {statements} PRAGMA user_version = {number}; COMMIT;")
