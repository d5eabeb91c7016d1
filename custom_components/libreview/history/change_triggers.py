"""The tables and triggers that note the hours in which something changed.

They are part of the file, so that nothing that ever writes a reading or an entry can forget to note it.
"""

from typing import Final

REACH: Final = 20 * 60
"""Seconds. What is told of a reading depends on those of so long before it: its trend rate, its interval."""


def _marks(row: str, reach: int) -> str:
    """Return the statements that note the hours of a row and of what it reaches to, mostly the same one.

    A person who is just being deleted has no hours any more.
    """
    return f"""
        UPDATE change_count SET number = number + 1;
        INSERT INTO changed_hour (person, hour, number)
            SELECT person.id, hours.hour, (SELECT number FROM change_count)
            FROM person, (
                SELECT {row}.at - {row}.at % 3600 AS hour
                UNION SELECT {row}.at + {reach} - ({row}.at + {reach}) % 3600
            ) AS hours
            WHERE person.id = {row}.person
            ON CONFLICT (person, hour) DO UPDATE SET number = excluded.number;
    """  # noqa: S608  # Its parts are constants of this module.


_TABLES: Final = """
    ALTER TABLE person ADD COLUMN first_change INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE change_count (
        id INTEGER PRIMARY KEY CHECK (id = 0),
        number INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE change_epoch (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        began INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE changed_hour (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        hour INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (person, hour)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX changed_in_order ON changed_hour (person, number);
    INSERT INTO changed_hour (person, hour, number)
        SELECT person, hour, row_number() OVER (ORDER BY hour, person) FROM (
            SELECT person, at - at % 3600 AS hour FROM reading
            UNION SELECT person, at - at % 3600 FROM entry
        );
    INSERT INTO change_count (id, number) SELECT 0, count(*) FROM changed_hour;
    INSERT INTO change_epoch (name, began) SELECT hex(randomblob(4)), 0;
    CREATE TRIGGER person_came AFTER INSERT ON person BEGIN
        UPDATE change_count SET number = number + 1;
        UPDATE person SET first_change = (SELECT number FROM change_count) WHERE id = NEW.id;
    END;
"""
_OLD, _NEW = "OLD", "NEW"
_TRIGGERS: Final = {
    "reading_came": ("INSERT ON reading", (_NEW,), REACH),
    "reading_went": ("DELETE ON reading", (_OLD,), REACH),
    "reading_changed": (
        "UPDATE OF person, at, mg_dl, source, trend, measuring_range, device ON reading",
        (_OLD, _NEW),
        REACH,
    ),
    "entry_came": ("INSERT ON entry", (_NEW,), 0),
    "entry_went": ("DELETE ON entry", (_OLD,), 0),
    "entry_changed": (
        # When it was told last, and by which file, changes nothing that anybody is told.
        "UPDATE OF person, at, wall, kind, amount, text, precision, source, nth, standing ON entry",
        (_OLD, _NEW),
        0,
    ),
}
"""By name: after what they run, the rows whose hours they note, and the seconds by which a row reaches on."""

CHANGE_TABLES: Final = _TABLES + "".join(
    f"CREATE TRIGGER {name} AFTER {event} BEGIN {''.join(_marks(row, reach) for row in rows)} END;"
    for name, (event, rows, reach) in _TRIGGERS.items()
)
