"""What changed of a person since a reader last asked, in whole hours. To be run in the executor.

A reader replaces what it has of an hour by what it is told. So nothing needs to be told of what was deleted.
"""

from hashlib import sha256
from itertools import groupby
from operator import attrgetter
import re
from typing import Final

from ..history.change_table import Position
from ..history.store import Store
from ..models import JsonObjectType
from .items import MOST_ITEMS, PersonView, items_between, to_iso

_HOUR: Final = 3600
_NAME_LENGTH: Final = 8
_CURSOR: Final = re.compile(r"(?P<epoch>\w+)\.(?P<sight>\w+)\.(?P<number>\d{1,18})(\.(?P<read_at>\d{1,18}))?")
"""How a person is seen, the number of the last change told, and, while more are left, that of all changes."""


def changes_page(store: Store, view: PersonView, cursor: str, most_items: int = MOST_ITEMS) -> JsonObjectType:
    """Return the hours that changed after `cursor`, as many as fit onto a page, one change at least.

    An hour takes the room of one item more, so that hours without any cannot be told without end.

    `reset` is true where the reader has to forget all that it has first: the cursor is none, is of another
    file, or the person is seen otherwise than before (another unit, another time zone, with the diary now).
    """
    sight = _sight(store, view)
    changes = store.changes(view.patient_id, *_parse(cursor, sight))
    number = changes.now.number
    hours: list[JsonObjectType] = []
    count, is_cut = 0, False
    for change, of_change in groupby(changes.hours, attrgetter("number")):
        told = [
            {"start": to_iso(hour), "items": items_between(store, view, hour, hour + _HOUR)}
            for hour, _ in of_change
        ]
        count += sum(1 + len(each["items"]) for each in told)
        if hours and count > most_items:
            is_cut = True
            break
        hours += told
        number = change
    if not is_cut:
        number = max(number, changes.now.number)
    return {
        "cursor": f"{changes.now.epoch}.{sight}.{number}" + (f".{changes.now.number}" if is_cut else ""),
        "reset": changes.is_reset,
        "more": is_cut,
        "hours": hours,
    }


def _sight(store: Store, view: PersonView) -> str:
    """Return a name of how the person is seen: another one where the same data are told in another way."""
    parts = (
        view.public_id,
        store.first_change(view.patient_id),
        view.time_zone,
        view.unit,
        view.diary,
        view.serials,
        sorted(view.types),
    )
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()[:_NAME_LENGTH]


def _parse(cursor: str, sight: str) -> tuple[Position | None, int]:
    """Return the position at which a cursor was made, and the number of the last change told.

    The position is None for a cursor of another sight, or for what is none.
    """
    found = _CURSOR.fullmatch(cursor)
    if found is None or found["sight"] != sight:
        return None, 0
    return Position(found["epoch"], int(found["read_at"] or found["number"])), int(found["number"])
