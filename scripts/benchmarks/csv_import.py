"""How long a year of readings takes to come out of a CSV export, how much memory, and what else has to wait.

Ours beside the plain way (csv, and datetime.strptime for every row) and pandas, from the same bytes, in
the same run. They do less: they read glucose alone, and are told the language, unit and order of dates.
"""

from collections.abc import Callable
import csv
from datetime import UTC, datetime, timedelta
import gc
import io
from threading import Thread
from time import perf_counter, process_time, sleep
import tracemalloc

import pandas as pd

from custom_components.libreview.cloud.csv.export import parse_csv
from tests.support.csv_exports import curve, diary, export

DAYS = 365
ROWS_PER_DAY = 288
ROUNDS = 5
AIM_ROWS = 100_000
AIM_BYTES = 60 * 2**20
AIM_WAIT = 0.010
_TICK = 0.001

type Read = Callable[[bytes], int]


def ours(content: bytes) -> int:
    """Read everything that the file says."""
    found = parse_csv(content)
    return len(found.readings)


def row_by_row(content: bytes) -> int:
    """Read glucose with the standard library."""
    lines = io.StringIO(content.decode(), newline="")
    next(lines)
    readings = []
    for row in csv.DictReader(lines):
        if value := row["Historic Glucose mg/dL"] or row["Scan Glucose mg/dL"]:
            at = datetime.strptime(row["Device Timestamp"], "%d-%m-%Y %H:%M").replace(tzinfo=UTC)
            readings.append((at, int(value)))
    return len(readings)


def with_pandas(content: bytes) -> int:
    """Read glucose with pandas."""
    table = pd.read_csv(io.BytesIO(content), skiprows=1, low_memory=False)
    at = pd.to_datetime(table["Device Timestamp"], format="%d-%m-%Y %H:%M")
    values = table["Historic Glucose mg/dL"].fillna(table["Scan Glucose mg/dL"])
    return int((values.notna() & at.notna()).sum())


READERS: tuple[tuple[str, Read], ...] = (
    ("ours", ours),
    ("csv and strptime", row_by_row),
    ("pandas", with_pandas),
)


def report() -> None:
    """Print a table, and whether the aims are met."""
    content, rows = _year()
    print(f"{rows} rows: {DAYS} days of a Libre 3 and its diary, {len(content) / 2**20:.1f} MiB.")
    print(
        f"Processor time (best of {ROUNDS} rounds), peak memory beyond the file itself (tracemalloc), and the"
    )
    print("longest time that a loop in another thread waited for its turn (best of as many rounds).")
    print()
    print(f"{'reader':20}{'time':>10}{'rows/s':>12}{'ours faster':>13}{'memory':>12}{'less':>8}{'wait':>10}")
    figures = [
        (name, _seconds(read, content), _peak(read, content), _wait(read, content)) for name, read in READERS
    ]
    _, our_time, our_peak, our_wait = figures[0]
    for name, seconds, peak, wait in figures:
        print(
            f"{name:20}{seconds * 1e3:7.0f} ms{rows / seconds:12.0f}{seconds / our_time:12.1f}x"
            f"{peak / 2**20:8.1f} MiB{peak / our_peak:7.1f}x{wait * 1e3:7.1f} ms"
        )
    print()
    print(f"Aim: at least {AIM_ROWS} rows/s:{_verdict(met=rows / our_time >= AIM_ROWS)}")
    print(f"Aim: at most {AIM_BYTES / 2**20:.0f} MiB:{_verdict(met=our_peak <= AIM_BYTES)}")
    idle = _wait(_count, content)
    print(
        f"Aim: no wait {AIM_WAIT * 1e3:.0f} ms longer than beside a thread that only counts"
        f" ({idle * 1e3:.1f} ms):{_verdict(met=our_wait - idle <= AIM_WAIT)}"
    )


def _year() -> tuple[bytes, int]:
    start = datetime.fromisoformat("2025-06-15 00:03")
    said = [*curve(count=DAYS * ROWS_PER_DAY, start=start)]
    for day in range(DAYS):
        said += diary(start + timedelta(days=day))
    return export(said), len(said)


def _count(_: bytes) -> int:
    """Keep the interpreter busy without ever staying in one call of C."""
    number = 0
    while number < 5_000_000:
        number += 1
    return number


def _seconds(read: Read, content: bytes) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        start = process_time()
        read(content)
        best = min(best, process_time() - start)
    return best


def _peak(read: Read, content: bytes) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        read(content)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _wait(read: Read, content: bytes) -> float:
    """The longest time that a loop beside it was kept waiting."""
    return min(_longest_tick(read, content) for _ in range(ROUNDS))


def _longest_tick(read: Read, content: bytes) -> float:
    thread = Thread(target=read, args=(content,))
    longest = 0.0
    thread.start()
    while thread.is_alive():
        before = perf_counter()
        sleep(_TICK)
        longest = max(longest, perf_counter() - before - _TICK)
    thread.join()
    return longest


def _verdict(*, met: bool) -> str:
    return "  met" if met else "  NOT met"


if __name__ == "__main__":
    report()
