"""Entries of Nightscout: readings of a sensor (`sgv`), and blood glucose of a test strip (`mbg`)."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Final

from ..models import DiaryEntry, EntryKind, JsonObjectType, KeptReading
from .fields import device_name, entry_times, object_id, to_direction, to_sgv
from .told_entries import tell

SENSOR: Final = "sgv"
STRIP: Final = "mbg"


def sensor_entries(
    readings: Iterable[KeptReading], *, time_zone: tzinfo, salt: str
) -> Iterator[JsonObjectType]:
    """Convert readings to entries of the type `sgv`. `time_zone` is the person's, `salt` the reader's."""
    for kept in readings:
        reading = kept.reading
        yield {
            "_id": object_id(salt, SENSOR, reading.at),
            "type": SENSOR,
            "sgv": to_sgv(reading),
            **entry_times(reading.at, time_zone),
            "direction": to_direction(reading.trend),
            "device": device_name(kept.device),
        }


def strip_entries(diary: Iterable[DiaryEntry], *, time_zone: tzinfo, salt: str) -> Iterator[JsonObjectType]:
    """Convert what a test strip measured to entries of the type `mbg`, and leave out LO and HI."""
    for told in tell(diary):
        if told.entry.kind is EntryKind.BLOOD_GLUCOSE and told.entry.amount is not None:
            yield {
                "_id": told.id_for(salt),
                "type": STRIP,
                "mbg": round(told.entry.amount),
                **entry_times(told.at, time_zone),
                "device": device_name(None),
            }
