"""A file of many days takes time in proportion: four times as many take some four times as long."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import DiaryEntry, EntryKind, Precision
from tests.history.filed_readings import TOKYO, WALL, keep_filed, report

BEGIN = datetime(2022, 1, 1, tzinfo=UTC)
A_DAY = 20
"""Entries of a person who writes down a lot."""


def entries(days: int) -> list[DiaryEntry]:
    instants = [BEGIN + number * timedelta(days=1) / A_DAY for number in range(days * A_DAY)]
    return [
        DiaryEntry(
            at=at,
            wall=at.replace(tzinfo=None),
            kind=EntryKind.CARBOHYDRATES,
            amount=12.0,
            text="",
            precision=Precision.MINUTE,
        )
        for at in instants
    ]


def seconds_to_keep(path: Path, days: int) -> float:
    store, told = Store(path), entries(days)
    begin = process_time()
    store.plan_file("anna", (), told, thin_before=0)
    store.keep_file("anna", (), lambda _: (), told, thin_before=0)
    taken = process_time() - begin
    assert len(store.entries("anna", 0, 2**40)) == len(told)
    store.close()
    return taken


def test_the_diary_of_a_file_is_kept_in_proportion_to_its_days(tmp_path: Path) -> None:
    year, four_years = (seconds_to_keep(tmp_path / f"{days}.db", days) for days in (365, 4 * 365))
    assert four_years < 8 * year


def test_a_file_behind_a_report_is_kept_in_proportion_to_its_readings(tmp_path: Path) -> None:
    """Four times as many readings of which a report has copies."""

    def seconds(number: int) -> float:
        walls = [WALL + each * timedelta(minutes=5) for each in range(number)]
        store = Store(tmp_path / f"{number}.db")
        report(store, TOKYO, walls)
        begin = process_time()
        keep_filed(store, TOKYO, walls)
        taken = process_time() - begin
        store.close()
        return taken

    short, long = seconds(3_000), seconds(12_000)
    assert long < 8 * short
