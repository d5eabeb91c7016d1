"""A year in a CSV file, as LibreView gives it out, and what of it is in the history."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from custom_components.libreview.cloud.csv.writer import write_csv
from custom_components.libreview.models import (
    Device,
    DiaryEntry,
    EntryKind,
    GlucoseUnit,
    KeptReading,
    Precision,
    Reading,
    Source,
)

YEAR = 365 * 288
CLOCK = ZoneInfo("Europe/Berlin")
"""Of the persons of the demo."""
STEP = timedelta(minutes=5)


def year_until(end: datetime, *, rows: int = YEAR) -> list[KeptReading]:
    """Readings of a Libre 3, five minutes apart, the last of them at `end`."""
    end = end.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    device = Device(name="FreeStyle Libre 3", serial="0EDEMO0010")
    return [
        KeptReading(
            reading=Reading(at=end - number * STEP, mg_dl=60 + number * 37 % 260),
            source=Source.CSV,
            device=device,
        )
        for number in reversed(range(rows))
    ]


def csv_lines(
    readings: list[KeptReading], entries: Sequence[DiaryEntry] = (), *, name: str = "Alex Example"
) -> Iterator[str]:
    """The lines of the file."""
    return write_csv(
        readings, entries, unit=GlucoseUnit.MG_DL, time_zone=CLOCK, name=name, generated_at=datetime.now(UTC)
    )


def meal(at: datetime, grams: float) -> DiaryEntry:
    """Something that was eaten."""
    at = at.replace(second=0, microsecond=0)
    wall = at.astimezone(CLOCK).replace(tzinfo=None)
    return DiaryEntry(
        kind=EntryKind.CARBOHYDRATES, wall=wall, at=at, amount=grams, text="", precision=Precision.MINUTE
    )


def write_file(path: Path, lines: Iterable[str]) -> Path:
    """Write the file; gives its path."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8", newline="")
    return path
