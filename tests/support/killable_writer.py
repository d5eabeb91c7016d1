"""A process whose children keep readings until they are killed: `python -m tests.support.killable_writer`.

For each line on standard input, `live` or `import`, one child is born, which says on standard output what is
safe in the store as soon as it is. Children are forked, for it takes seconds to import Home Assistant.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
import os
from pathlib import Path
import signal
import sys

from custom_components.libreview.cloud.csv.export import parse_csv
from custom_components.libreview.cloud.csv.writer import write_csv
from custom_components.libreview.history.resolved_export import ResolvedExport, resolve_export
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Device, GlucoseUnit, KeptReading, Reading, Source

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
START = int(NOON.timestamp())
LIBRE = Device(name="FreeStyle Libre 3", serial="0ETEST0010")
LIVE_PERSONS = ("anna", "bert")
FILE_PERSON = "carl"
ROWS = 365 * 288
ALL = (0, 2**40)


def live_value(number: int) -> int:
    """What reading `number` is, in mg/dL."""
    return 60 + number * 37 % 260


def _keep_live(store: Store, tell: Callable[[str], None]) -> None:
    """Go on where the child before had to stop, some readings of two persons at a time."""
    number = len(store.trace(LIVE_PERSONS[0], *ALL))
    for batch in count(1):
        numbers = range(number, number + 1 + batch % 3)
        readings = [
            Reading(at=NOON + each * timedelta(minutes=1), mg_dl=live_value(each)) for each in numbers
        ]
        store.keep([(person, Source.LIVE, LIBRE, readings) for person in LIVE_PERSONS])
        number = numbers.stop
        tell(f"kept {number}")


def _keep_year(store: Store, year: ResolvedExport, tell: Callable[[str], None]) -> None:
    kept, _ = store.keep_file(FILE_PERSON, year.devices, year.rows, year.entries, thin_before=0)
    tell(f"kept {kept.new}")


def _year() -> ResolvedExport:
    """A year of a Libre 3, out of a CSV file."""
    readings = (
        KeptReading(
            reading=Reading(at=NOON - number * timedelta(minutes=5), mg_dl=live_value(number)),
            source=Source.CSV,
            device=LIBRE,
        )
        for number in range(ROWS, 0, -1)
    )
    lines = write_csv(
        readings, (), unit=GlucoseUnit.MG_DL, time_zone=UTC, name="Carl Case", generated_at=NOON
    )
    return resolve_export(parse_csv("".join(lines).encode()), UTC, (), NOON)


def _tell(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def main(path: Path) -> None:
    """Bear a child for each line, and wait for its end."""
    year = _year()
    _tell("ready")
    for line in sys.stdin:
        if child := os.fork():
            os.waitpid(child, 0)
            _tell("ended")
            continue
        store = Store(path)
        _tell(f"born {os.getpid()}")
        if line.strip() == "live":
            _keep_live(store, _tell)
        else:
            _keep_year(store, year, _tell)
        signal.pause()  # Nobody dies here but by the hand of the test.


if __name__ == "__main__":
    main(Path(sys.argv[1]))
