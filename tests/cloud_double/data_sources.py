"""The devices that LibreView has data of, as the report settings tell of them."""

from datetime import date, datetime
from typing import Final
from uuid import uuid5

from . import readings, wire
from .person import NAMESPACE, Person
from .wire import Json

_DAYS: Final = 90
_FORMER_TYPE: Final = 40066
_LAID_ASIDE: Final = 30


def data_sources(person: Person, now: datetime) -> Json:
    """The devices by id; `daysData` are the ages in days of the days with data."""
    phone = wire.device(person)
    sources = []
    if person.former_device:
        former = str(uuid5(NAMESPACE, f"former phone {person.patient_id}"))
        sources.append(_source(former, _FORMER_TYPE, "2.10.0", range(_LAID_ASIDE, _DAYS)))
    if (newest := _newest(person, now)) is not None:
        age = max((person.wall(now).date() - newest).days, 0)
        sources.append(_source(phone["did"], phone["dtid"], phone["v"], range(age, max(_DAYS, age + 1))))
    return {source["id"]: source for source in sources}


def _newest(person: Person, now: datetime) -> date | None:
    """The last day with data on the clock of the phone."""
    days = [entry.wall.date() for entry in person.diary if entry.uploaded <= now]
    if (latest := readings.latest(person, now)) is not None:
        days.append(person.wall(latest.at).date())
    return max(days, default=None)


def _source(identity: str, kind: int, version: str, days: range) -> Json:
    return {"id": identity, "type": kind, "firmwareVersion": version, "daysData": list(days)}
