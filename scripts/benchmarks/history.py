"""What the history costs: space, what is written to an SD card, and the time of what is asked most.

What is written is counted by the system (wchar of proc_pid_io(5)), log and file together, beside the plain
way: pages of 4096 bytes, and a commit that waits for the disk (synchronous FULL) for each reading.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
import math
from pathlib import Path
import sqlite3
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, time
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

from custom_components.libreview.actions.lookup import GlucoseSensor
from custom_components.libreview.cloud.csv.export import parse_csv
from custom_components.libreview.dashboard.payloads import agp_message, metrics_message, window_message
from custom_components.libreview.history.resolved_export import resolve_export
from custom_components.libreview.history.row_codec import ReadingRow
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Device, GlucoseUnit, Reading, Source
from custom_components.libreview.person.settings import PersonSettings
from custom_components.libreview.person.snapshot import Snapshot
from tests.support.csv_exports import curve, export

DAY = 24 * 60 * 60
EVERY = 60
YEAR, DAYS = 365, 400
END = int(time())
"""Now, for that is until when the messages tell."""
PERSONS = ("anna", "bert")
LIBRE = Device(name="FreeStyle Libre 3", serial="0ETEST0010")
ROUNDS = 15
AIM_RATIO = 5
AIM_FIGURES, AIM_WINDOW = 0.100, 0.050
"""Seconds, which are ten times as many on the smallest machines that people have."""


def report() -> None:
    """Print what was measured, and whether the aims are met."""
    with TemporaryDirectory() as folder:
        for part in (_growth, _writes, _times, _import):
            part(Path(folder))


# Space.


def _growth(folder: Path) -> None:
    print("Growth of the file in a year, per person:")
    for name, every in (("a reading a minute", 60), ("a reading in 5 minutes", 300)):
        path = folder / f"growth-{every}.db"
        _filled(path, days=YEAR, every=every).close()
        size = path.stat().st_size
        readings = YEAR * DAY // every
        print(f"  {name:26}{size / 2**20:8.1f} MiB  ({size / readings:.1f} bytes each)")
    print()


def _filled(path: Path, *, days: int, every: int = EVERY) -> Store:
    """A store after so many days of one person's readings, until now."""
    store = Store(path)
    code = SOURCE_CODE[Source.LIVE]

    def rows(numbers: Sequence[int | None]) -> Iterator[ReadingRow]:
        return (
            ReadingRow(at, _mg_dl(at), code, 2, 0, numbers[0]) for at in range(END - days * DAY, END, every)
        )

    store.keep_file(PERSONS[0], [LIBRE], rows, (), thin_before=0)
    return store


def _mg_dl(at: int) -> int:
    return round(140 + 45 * math.sin(at / 7000) + 25 * math.sin(at / 2300) + 15 * math.sin(at / 131))


# Writes.


def _writes(folder: Path) -> None:
    ours = _bytes_of_a_day(folder / "ours.db")
    plain = _bytes_of_a_plain_day(folder / "plain.db")
    polls = DAY // EVERY
    print(f"Bytes written in a day, a reading a minute of each of {len(PERSONS)} persons, per person:")
    for name, size in (("ours", ours), ("plain", plain)):
        each = size / len(PERSONS)
        print(f"  {name:26}{each / 2**20:8.1f} MiB  ({each / polls:.0f} bytes for each reading)")
    print(f"  {'plain / ours':26}{plain / ours:8.1f} x{_verdict(met=plain / ours >= AIM_RATIO)}")
    print()


def _bytes_of_a_day(path: Path) -> int:
    """As Home Assistant does: the persons of one poll are written together, in a file that has a past."""
    store = _filled(path, days=30)
    before = _written()
    for at in range(END, END + DAY, EVERY):
        reading = Reading(at=datetime.fromtimestamp(at, UTC), mg_dl=_mg_dl(at))
        store.keep([(person, Source.LIVE, LIBRE, (reading,)) for person in PERSONS])
    store.close()
    return _written() - before


def _bytes_of_a_plain_day(path: Path) -> int:
    insert = "INSERT INTO reading (person, at, mg_dl) VALUES (?, ?, ?)"

    def row(person: str, at: int) -> tuple[str, str, int]:
        return person, datetime.fromtimestamp(at, UTC).isoformat(), _mg_dl(at)

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE reading (person TEXT, at TEXT, mg_dl REAL, UNIQUE (person, at))")
        past = (row(person, at) for at in range(END - 30 * DAY, END, EVERY) for person in PERSONS)
        connection.executemany(insert, past)
        connection.commit()
        before = _written()
        for at in range(END, END + DAY, EVERY):
            for person in PERSONS:
                connection.execute(insert, row(person, at))
                connection.commit()
    return _written() - before


def _written() -> int:
    """Bytes that this process has handed to the system so far."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("wchar:")).split()[1])


# Times.


def _times(folder: Path) -> None:
    path = folder / "times.db"
    _filled(path, days=DAYS).close()
    opening = _seconds(lambda: Store(path).close(), rounds=3)
    store = Store(path)
    sensor = _sensor()
    print(f"Wall time at {DAYS} days of a reading a minute ({path.stat().st_size / 2**20:.0f} MiB):")
    for name, work, aim in (
        ("24 h for the card", lambda: window_message(store, sensor, timedelta(days=1)), AIM_WINDOW),
        ("figures of 14 days", lambda: metrics_message(store, sensor, timedelta(days=14)), AIM_FIGURES),
        ("usual day of 14 days", lambda: agp_message(store, sensor, timedelta(days=14)), None),
    ):
        seconds = _seconds(work, ROUNDS)
        print(f"  {name:26}{seconds * 1e3:8.1f} ms{'' if aim is None else _verdict(met=seconds <= aim)}")
    store.close()
    print(f"  {'opening, with quick_check':26}{opening * 1e3:8.1f} ms")
    print()


def _sensor() -> GlucoseSensor:
    """Somebody's sensor, as far as the messages want to know."""
    snapshot = Snapshot(
        live=None, settings=PersonSettings(), time_zone=ZoneInfo("Europe/Berlin"), now=datetime.now(UTC)
    )
    person = SimpleNamespace(patient_id=PERSONS[0])
    return cast("GlucoseSensor", SimpleNamespace(person=person, snapshot=snapshot, unit=GlucoseUnit.MG_DL))


# A file.


def _import(folder: Path) -> None:
    now = datetime.fromtimestamp(END, UTC)
    start = now.replace(tzinfo=None) - timedelta(days=YEAR)
    content = export(curve(count=YEAR * 288, start=start))
    file = resolve_export(parse_csv(content), UTC, (), now)
    store = Store(folder / "import.db")
    print(f"A CSV file of {len(file.order)} readings, wall time in the store:")
    for name, work in (
        ("looking at it", lambda: store.plan_file(PERSONS[0], file.rows(), (), thin_before=0)),
        ("keeping it", lambda: store.keep_file(PERSONS[0], file.devices, file.rows, (), thin_before=0)),
        ("looking at it again", lambda: store.plan_file(PERSONS[0], file.rows(), (), thin_before=0)),
    ):
        seconds = _seconds(work, 1)
        print(f"  {name:26}{seconds * 1e3:8.0f} ms  ({len(file.order) / seconds:.0f} rows/s)")
    store.close()


def _seconds(work: Callable[[], object], rounds: int) -> float:
    """The median of some rounds."""
    times = []
    for _ in range(rounds):
        before = perf_counter()
        work()
        times.append(perf_counter() - before)
    return median(times)


def _verdict(*, met: bool) -> str:
    return "  met" if met else "  NOT met"


if __name__ == "__main__":
    report()
