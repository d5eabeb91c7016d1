"""What a person writes into the Libre app: notes, carbohydrates, insulin."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry is about."""

    NOTE = "note"
    CARBOHYDRATES = "carbohydrates"
    RAPID_ACTING_INSULIN = "rapid_acting_insulin"
    LONG_ACTING_INSULIN = "long_acting_insulin"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEntry:
    """One entry. `wall` is the clock on the phone, which is all that a report tells of the time.

    `amount` is grams or units, None for a note and for a dose that was ticked without a number. No report
    shows the entry before the instant `uploaded`.
    """

    kind: EntryKind
    wall: datetime
    uploaded: datetime
    amount: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """From `since` to `until` (None: still) the phone's clock is off UTC by `utc_offset`."""

    since: datetime
    until: datetime | None
    utc_offset: timedelta
