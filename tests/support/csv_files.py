"""Exported files as people have them."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.csv_exports import Style, export, glucose
from tests.support.stored_history import MINUTE

BERLIN = ZoneInfo("Europe/Berlin")
WALL = datetime.fromisoformat("2026-05-25 07:00")
MADE = datetime.fromisoformat("2026-05-30 12:00")
NAME = "Alex Example"


def put(folder: Path, content: bytes) -> str:
    """A file with this content in that folder: its path."""
    path = folder / "glucose.csv"
    path.write_bytes(content)
    return str(path)


def export_of(count: int = 5, start: datetime = WALL, style: Style | None = None, **said: Any) -> bytes:
    """An export with so many readings."""
    rows = [glucose(start + number * 5 * MINUTE, 100 + number % 50) for number in range(count)]
    return export(rows, style or Style(), **{"made": MADE, "name": NAME, **said})
