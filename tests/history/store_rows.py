"""Readings and entries about one noon, and putting them into a store."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from custom_components.libreview.glucose.hourly import HOUR, Hour, hourly
from custom_components.libreview.history.row_codec import ReadingRow
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.store import ResolvedReport, Store
from custom_components.libreview.models import (
    Device,
    DiaryEntry,
    EntryKind,
    Precision,
    Reading,
    Source,
    Trend,
)

NOON: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
START: Final = int(NOON.timestamp())
MINUTE: Final = timedelta(minutes=1)
ALL: Final = (0, START + 10**6)
LIBRE: Final = Device(name="FreeStyle Libre 3", serial="0ETEST0010")
TODAY: Final = date(2026, 6, 1)


def reading(minute: float, mg_dl: int = 100, trend: Trend | None = None) -> Reading:
    return Reading(at=NOON + minute * MINUTE, mg_dl=mg_dl, trend=trend)


def entry(
    kind: EntryKind = EntryKind.RAPID_ACTING_INSULIN,
    *,
    at: datetime = NOON,
    amount: float | None = 4,
    text: str = "",
    precision: Precision = Precision.HOUR,
) -> DiaryEntry:
    wall = at.replace(tzinfo=None)
    return DiaryEntry(kind=kind, wall=wall, at=at, amount=amount, text=text, precision=precision)


def exact(
    kind: EntryKind = EntryKind.RAPID_ACTING_INSULIN,
    *,
    at: datetime = NOON + 17 * MINUTE,
    amount: float | None = 4,
    text: str = "",
) -> DiaryEntry:
    """Return an entry to the minute, as a file has it."""
    return entry(kind, at=at, amount=amount, text=text, precision=Precision.MINUTE)


def keep_live(store: Store, *readings: Reading) -> None:
    store.keep([("anna", Source.LIVE, LIBRE, readings)])


def keep_report(
    store: Store,
    readings: Sequence[Reading] = (),
    entries: Sequence[DiaryEntry] = (),
    days: Sequence[date] = (),
    time_zone: tzinfo = UTC,
    *,
    person: str = "anna",
    reports_of: str | None = None,
    unclear: Collection[tuple[EntryKind, date]] = (),
    read_at: datetime = NOON,
) -> None:
    """Keep a report on a person, their own unless `reports_of` says otherwise."""
    walls = [reading.at.astimezone(time_zone).replace(tzinfo=None) for reading in readings]
    report = ResolvedReport(
        reports_of=reports_of or person,
        time_zone=time_zone,
        readings=readings,
        walls=walls,
        entries=entries,
        days=days,
        unclear=unclear,
        read_at=read_at,
    )
    store.keep_report(person, report)


def keep_file(
    store: Store, *entries: DiaryEntry, at: Sequence[int] = (), made: datetime | None = None
) -> tuple[int, int]:
    def rows(devices: Sequence[int | None]) -> list[ReadingRow]:
        return [ReadingRow(each, 100, SOURCE_CODE[Source.CSV], None, 0, devices[0]) for each in at]

    made_at = int(made.timestamp()) if made else 0
    reading_counts, entry_counts = store.keep_file(
        "anna", [LIBRE], rows, entries, thin_before=0, made_at=made_at
    )
    return reading_counts.new, entry_counts.new


def emptied(store: Store) -> dict[int, Hour]:
    """Return what was written of the due hours that have no readings any more, as far as it is known."""
    due = list(store.due_hours("anna", 2**40))
    known = hourly(store.window("anna", due[0], due[-1] + HOUR), due)
    return {hour: glucose for hour, glucose in store.written_hours("anna", due).items() if hour not in known}
