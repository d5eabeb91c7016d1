"""Readings and diary entries as they are sent to a Nightscout, which takes each once however often it comes.

Nightscout knows an entry by its instant and type. A treatment it knows by its `identifier`, older versions by
its instant and event type. So both are unique here: of several at one instant each is a millisecond later
than the one before.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Final

from ..models import DiaryEntry, JsonObjectType, KeptReading
from .entries import SENSOR, STRIP, sensor_entries, strip_entries
from .fields import to_milliseconds
from .treatments import KindNames, treatments

IDENTIFIERS: Final = "libreview-"
"""What the identifiers of all objects of ours begin with."""
SENT_BY: Final = "libreviewSentBy"
"""The field of an object that names the sending it is of: what another history had told is not deleted."""
SENSOR_KINDS: Final = frozenset({SENSOR})
STRIP_KINDS: Final = frozenset({STRIP})
_SERVERS_OWN: Final = frozenset({"_id", "sysTime", "utcOffset"})
"""What Nightscout itself gives an object, the offset by the time that it is sent with."""
_MILLISECOND: Final = timedelta(milliseconds=1)
_SOURCE_LENGTH: Final = 12


def source_of(patient_id: str) -> str:
    """Return what the identifiers of a person's objects begin with.

    It is the same for whatever house they are sent from, and no way back to Abbott's id.
    """
    return f"{IDENTIFIERS}{sha256(patient_id.encode()).hexdigest()[:_SOURCE_LENGTH]}-"


def milliseconds_of(identifier: str) -> int:
    """Return the instant of an object of ours as milliseconds since 1970. Raises ValueError for another's."""
    return int(identifier.rpartition("-")[2])


def kind_of(identifier: str, source: str) -> str:
    """Return the kind of an object of this source, such as "sgv"."""
    return identifier.removeprefix(source).rpartition("-")[0]


def sent_entries(
    readings: Iterable[KeptReading], diary: Iterable[DiaryEntry], *, time_zone: tzinfo, source: str
) -> Iterator[JsonObjectType]:
    """Convert readings and what test strips measured to entries. `time_zone` is the person's."""
    counts: Counter[tuple[str, object]] = Counter()
    told = (
        *sensor_entries(readings, time_zone=time_zone, salt=source),
        *strip_entries(diary, time_zone=time_zone, salt=source),
    )
    for item in told:
        kind = str(item["type"])
        at = _unique_instant(counts, kind, item["dateString"])
        yield {
            **_without_servers_own(item),
            "date": to_milliseconds(at),
            "dateString": _local_iso(at, time_zone),
            "identifier": _identifier(source, kind, at),
        }


def sent_treatments(
    diary: Iterable[DiaryEntry], *, time_zone: tzinfo, source: str, names: KindNames
) -> Iterator[JsonObjectType]:
    """Convert the entries of a diary to treatments. `time_zone` is the person's."""
    counts: Counter[tuple[str, object]] = Counter()
    for item in treatments(diary, time_zone=time_zone, salt=source, names=names):
        kind = str(item["eventType"])
        at = _unique_instant(counts, kind, item["created_at"])
        yield {
            **_without_servers_own(item),
            "created_at": _local_iso(at, time_zone),
            "identifier": _identifier(source, kind, at),
        }


def _unique_instant(counts: Counter[tuple[str, object]], kind: str, told: object) -> datetime:
    """Return the instant that is told, or so many milliseconds later as there were others of the kind."""
    counts[kind, told] += 1
    return datetime.fromisoformat(str(told)) + (counts[kind, told] - 1) * _MILLISECOND


def _without_servers_own(item: Mapping[str, object]) -> JsonObjectType:
    return {key: value for key, value in item.items() if key not in _SERVERS_OWN}


def _identifier(source: str, kind: str, at: datetime) -> str:
    return f"{source}{_slug(kind)}-{to_milliseconds(at)}"


def _slug(kind: str) -> str:
    return kind.lower().replace(" ", "-")


def _local_iso(at: datetime, time_zone: tzinfo) -> str:
    """Return an instant in ISO 8601 by the person's clock: Nightscout keeps the offset in it."""
    return at.astimezone(time_zone).isoformat(timespec="milliseconds")


def to_utc_iso(milliseconds: int) -> str:
    """Return an instant as Nightscout keeps it."""
    at = datetime.fromtimestamp(0, UTC) + milliseconds * _MILLISECOND
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
