"""A file in which lines stand twice: a reading is one, and a dose that was entered twice is two."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from custom_components.libreview.cloud.csv.export import parse_csv
from custom_components.libreview.cloud.csv.headings import Column
from custom_components.libreview.history.resolved_export import resolve_export
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import EntryKind
from tests.support.csv_exports import Said, export, glucose

WALL: Final = datetime.fromisoformat("2026-06-01 12:00")
NOW: Final = datetime(2026, 6, 2, tzinfo=UTC)
DOSE: Final = Said(4, WALL, {Column.RAPID: 4})


def test_a_reading_told_twice_is_one_and_a_dose_told_twice_is_two(tmp_path: Path) -> None:
    rows = [glucose(WALL, 120), glucose(WALL, 120), glucose(WALL, 121), DOSE, DOSE]
    file = resolve_export(parse_csv(export(rows)), UTC, (), NOW)
    store = Store(tmp_path / "history.db")

    for _ in range(2):
        store.keep_file("anna", file.devices, file.rows, file.entries, thin_before=0)

    assert [kept.reading.mg_dl for kept in store.readings("anna", 0, 2**40)] == [120]
    assert [(entry.kind, entry.amount) for entry in store.entries("anna", 0, 2**40)] == [
        (EntryKind.RAPID_ACTING_INSULIN, 4)
    ] * 2
    store.close()
