"""Readings of one afternoon by their wall clocks, told by files and reports by any time zone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from custom_components.libreview.history.row_codec import ReadingRow, to_wall_seconds
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Reading, Source
from tests.history.store_rows import LIBRE, keep_report

BERLIN: Final = ZoneInfo("Europe/Berlin")
TOKYO: Final = ZoneInfo("Asia/Tokyo")
QUARTER: Final = timedelta(minutes=15)
WALL: Final = datetime.fromisoformat("2026-06-01 12:00")
WALLS: Final = [WALL + number * QUARTER for number in range(40)]


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def row(zone: ZoneInfo, wall: datetime, mg_dl: int, device: int | None = None) -> ReadingRow:
    """Return a row of a file."""
    at = int(instant(wall, zone).timestamp())
    return ReadingRow(at, mg_dl, SOURCE_CODE[Source.CSV], None, 0, device, to_wall_seconds(wall))


def keep_filed(
    store: Store, zone: ZoneInfo, walls: Sequence[datetime], mg_dl: int = 100, *, thin_before: int = 0
) -> int:
    """Keep a file by a time zone, and return how many of its readings are new."""

    def rows(devices: Sequence[int | None]) -> list[ReadingRow]:
        return [row(zone, wall, mg_dl, devices[0]) for wall in walls]

    planned, _ = store.plan_file("anna", rows([None]), [], thin_before=thin_before)
    kept, _ = store.keep_file("anna", [LIBRE], rows, [], thin_before=thin_before)
    assert kept == planned
    return kept.new


def report(store: Store, zone: ZoneInfo, walls: Sequence[datetime], mg_dl: int = 100) -> None:
    seconds = timedelta(seconds=40)
    readings = [Reading(at=instant(wall, zone) + seconds, mg_dl=mg_dl) for wall in walls]
    keep_report(store, readings, time_zone=zone)


def lose_the_login(store: Store) -> None:
    store.keep_only(["anna"], with_diary=[])


def take_back(store: Store) -> None:
    last = store.last_file("anna")
    assert last is not None
    assert store.take_back_file("anna", last.number)


def stored(store: Store) -> list[tuple[datetime, int, Source]]:
    return [(kept.reading.at, kept.reading.mg_dl, kept.source) for kept in store.readings("anna", 0, 2**40)]


def filed(zone: ZoneInfo, walls: Sequence[datetime], mg_dl: int = 100) -> list[tuple[datetime, int, Source]]:
    return [(instant(wall, zone), mg_dl, Source.CSV) for wall in walls]
