"""What a diary's record held up to version 0.1.0, and the history now: entries, and a phone's UTC offsets."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from ..cloud.floating_time import WIDEST_OFFSET, SeenOffset
from ..models import DiaryEntry, EntryKind, Precision


def offsets_from_json(value: Any) -> tuple[SeenOffset, ...]:
    """Return the observations of an earlier record, none if they are not understood."""
    try:
        seen = tuple(
            SeenOffset(datetime.fromisoformat(at).astimezone(UTC), timedelta(seconds=seconds))
            for at, seconds in value
        )
    except ArithmeticError, TypeError, ValueError:
        return ()
    is_sorted = all(earlier.at < later.at for earlier, later in pairwise(seen))
    is_possible = all(abs(each.offset) <= WIDEST_OFFSET for each in seen)
    return seen if is_sorted and is_possible else ()


def offsets_to_json(seen: Sequence[SeenOffset]) -> list[list[Any]]:
    """Return observations as earlier records held them."""
    return [[each.at.isoformat(), each.offset.total_seconds()] for each in seen]


def entries_from_json(value: Any) -> tuple[DiaryEntry, ...] | None:
    """Return the entries of an earlier record, None if they are not understood."""
    try:
        return tuple(sorted(map(_entry_from_json, value), key=lambda entry: entry.at))
    except ArithmeticError, LookupError, TypeError, ValueError:
        return None


def entries_to_json(entries: Sequence[DiaryEntry]) -> list[dict[str, Any]]:
    """Return entries as earlier records held them."""
    return [
        {
            "kind": entry.kind,
            "wall": entry.wall.isoformat(),
            "at": entry.at.isoformat(),
            "amount": entry.amount,
            "text": entry.text,
            "precision": entry.precision,
        }
        for entry in entries
    ]


def _entry_from_json(value: Any) -> DiaryEntry:
    return DiaryEntry(
        kind=EntryKind(value["kind"]),
        wall=datetime.fromisoformat(value["wall"]).replace(tzinfo=None),
        at=datetime.fromisoformat(value["at"]).astimezone(UTC),
        amount=None if value["amount"] is None else float(value["amount"]),
        text=str(value["text"]),
        precision=Precision(value["precision"]),
    )
