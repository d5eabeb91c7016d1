"""How much a response may hold: while it is made into JSON, everything else in Home Assistant waits."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN
from ..history.store import Store
from ..models import DiaryEntry, KeptReading

MOST_READINGS: Final = 50_000
"""Five weeks of one a minute, some 5 MB."""
MOST_ENTRIES: Final = 50_000
"""Years of a diary, some 7 MB."""


def read_readings(store: Store, patient_id: str, start: int, end: int) -> list[KeptReading]:
    """Return the readings of a time (epoch seconds). Raises ServiceValidationError for too many."""
    return _bounded(store.iter_readings(patient_id, start, end), MOST_READINGS, "too_many_readings")


def read_entries(store: Store, patient_id: str, start: int, end: int) -> list[DiaryEntry]:
    """Return the diary of a time (epoch seconds). Raises ServiceValidationError for too many entries."""
    return _bounded(store.entries(patient_id, start, end), MOST_ENTRIES, "too_many_entries")


def _bounded[T](items: Iterable[T], most: int, key: str) -> list[T]:
    found = list(islice(items, most + 1))
    if len(found) > most:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=key, translation_placeholders={"limit": str(most)}
        )
    return found
