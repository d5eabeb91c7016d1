"""Files, reports and live readings in a random order, over the night in which the clocks go back."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
import sqlite3
from typing import Any, Final
from zoneinfo import ZoneInfo

from custom_components.libreview.cloud.floating_time import resolve
from custom_components.libreview.glucose.hourly import HOUR
from custom_components.libreview.glucose.time_weights import LONGEST_HOLD
from custom_components.libreview.history.row_codec import ReadingRow, to_wall_seconds
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.store import ResolvedReport, Store
from custom_components.libreview.models import Reading, Source

PHONE: Final = ZoneInfo("Europe/Berlin")
ZONES: Final = (ZoneInfo("Europe/London"), PHONE, ZoneInfo("Asia/Tokyo"))
BEGIN: Final = datetime(2025, 10, 25, 12, tzinfo=UTC)
MINUTES: Final = 48 * 60
OLD: Final = int(BEGIN.timestamp()) + MINUTES * 30
"""Epoch seconds. What is older than that, half of all, may be kept one in a quarter of an hour."""
_EMPTIED: Final = (
    "SELECT hour FROM written_hour WHERE NOT EXISTS (SELECT 1 FROM reading"
    f" WHERE at BETWEEN hour - {LONGEST_HOLD} AND hour + {HOUR - 1}) ORDER BY hour"
)
TABLES: Final = (
    "SELECT at, mg_dl, source, wall, ifnull(file, 0) FROM reading ORDER BY at",
    "SELECT at, file, replaced_by, mg_dl, wall FROM hidden_reading ORDER BY at, file",
    _EMPTIED,
    "SELECT hour FROM due_hour ORDER BY hour",
)


class RandomReadings:
    """One sequence of what can happen to a store, the same for the same seed."""

    def __init__(self, seed: int, path: Path) -> None:
        self.random = Random(seed)
        self.path = path

    def run(self, steps: int) -> Iterator[tuple[str, object, list[list[tuple[Any, ...]]]]]:
        """Yield after each step what it was, what it returned, and what there is then."""
        self.store = Store(self.path)
        kinds = (self.file, self.report, self.live, self.take_back, self.lose_the_login)
        try:
            for step in self.random.choices(kinds, (6, 4, 1, 2, 1), k=steps):
                yield step.__name__, step(), self._tables()
        finally:
            self.store.close()

    def file(self) -> object:
        zone = self.random.choice(ZONES)
        walls, values = self._tell()
        rows = [
            ReadingRow(
                int(at.timestamp()), mg_dl, SOURCE_CODE[Source.CSV], None, 0, None, to_wall_seconds(wall)
            )
            for at, wall, mg_dl in zip(resolve(walls, zone), walls, values, strict=True)
        ]
        rows.sort(key=lambda row: row.at)
        thin_before = self.random.choice((0, OLD))
        planned = self.store.plan_file("anna", rows, [], thin_before=thin_before)
        kept = self.store.keep_file("anna", [], lambda _: rows, [], thin_before=thin_before)
        assert kept == planned
        return kept

    def report(self) -> None:
        zone = self.random.choice(ZONES)
        walls, values = self._tell()
        seconds = timedelta(seconds=40)
        readings = [
            Reading(at=at + seconds, mg_dl=mg_dl)
            for at, mg_dl in zip(resolve(walls, zone), values, strict=True)
        ]
        report = ResolvedReport(
            reports_of="anna",
            time_zone=zone,
            readings=readings,
            walls=[wall + seconds for wall in walls],
            read_at=BEGIN,
        )
        self.store.keep_report("anna", report)
        self.store.keep_only(["anna"], with_diary=["anna"])

    def live(self) -> None:
        begin = BEGIN + timedelta(minutes=self.random.randrange(MINUTES), seconds=20)
        readings = [Reading(at=begin + number * timedelta(minutes=15), mg_dl=99) for number in range(9)]
        self.store.keep([("anna", Source.LIVE, None, readings)])

    def take_back(self) -> bool:
        last = self.store.last_file("anna")
        return last is not None and self.store.take_back_file("anna", last.number)

    def lose_the_login(self) -> None:
        self.store.keep_only(["anna"], with_diary=[])

    def _tell(self) -> tuple[Sequence[datetime], Sequence[int]]:
        """Return wall clocks and values of the first or of the last readings, some told twice."""
        numbers = range(0, MINUTES, self.random.choice((15, 37)))
        border = self.random.randrange(1, len(numbers))
        part = numbers[border:] if self.random.random() < 0.5 else numbers[:border]
        walls, values = [], []
        for number in part:
            wall = (BEGIN + timedelta(minutes=number)).astimezone(PHONE).replace(tzinfo=None, fold=0)
            for correction in range(1 + (self.random.random() < 0.1)):
                walls.append(wall)
                values.append(100 + number % 60 + correction)
        return walls, values

    def _tables(self) -> list[list[tuple[Any, ...]]]:
        connection = sqlite3.connect(self.path)
        found = [connection.execute(query).fetchall() for query in TABLES]
        connection.close()
        return found
