"""What comes out of a person's history goes into another's, and is the same."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.cloud.csv.export import parse_csv
from custom_components.libreview.cloud.csv.writer import write_csv
from custom_components.libreview.glucose.units import to_display
from custom_components.libreview.history.resolved_export import resolve_export
from custom_components.libreview.models import (
    DiaryEntry,
    EntryKind,
    GlucoseUnit,
    KeptReading,
    MeasuringRange,
    Precision,
    Reading,
    Source,
    Trend,
)
from tests.cloud_double import Person
from tests.conftest import NOON
from tests.support.csv_files import BERLIN, NAME
from tests.support.stored_history import (
    DAY,
    HOUR,
    LIBRE,
    MINUTE,
    ask,
    device_id_of,
    keep,
    kept,
    readings_before,
    written,
)

AROUND_THE_CHANGE = datetime(2026, 3, 29, 1, tzinfo=UTC)
"""The clocks of Berlin go forward."""
BACK = datetime(2025, 10, 26, 1, tzinfo=UTC)
"""And back: here the hour from 2:00 comes for the second time."""


def lively(end: datetime, count: int, every: timedelta) -> list[Reading]:
    """Readings of all values there are, LO and HI among them."""
    found = readings_before(end, [41 + (number * 37) % 450 for number in range(count)], every)
    found[3] = Reading(at=found[3].at, mg_dl=40, measuring_range=MeasuringRange.BELOW)
    found[5] = Reading(at=found[5].at, mg_dl=500, measuring_range=MeasuringRange.ABOVE)
    return found


def a_diary(at: datetime) -> list[DiaryEntry]:
    """An entry of each kind and oddity."""
    said = [
        (EntryKind.NOTE, None, 'Läufe 5 km, "easy";\nsecond line, =1+1'),
        (EntryKind.NOTE, None, "=SUM(A1:A9)"),
        (EntryKind.NOTE, None, "'quoted'"),
        (EntryKind.CARBOHYDRATES, 45.0, ""),
        (EntryKind.CARBOHYDRATES, 12.5, ""),
        (EntryKind.CARBOHYDRATES, None, ""),
        (EntryKind.RAPID_ACTING_INSULIN, 4.5, ""),
        (EntryKind.RAPID_ACTING_INSULIN, 4.5, ""),
        (EntryKind.RAPID_ACTING_INSULIN, None, ""),
        (EntryKind.LONG_ACTING_INSULIN, 24.0, ""),
        (EntryKind.LONG_ACTING_INSULIN, None, ""),
        (EntryKind.BLOOD_GLUCOSE, 99.0, ""),
        (EntryKind.BLOOD_GLUCOSE, None, "HI"),
        (EntryKind.KETONES, 0.3, ""),
    ]
    entries = []
    for number, (kind, amount, text) in enumerate(said):
        instant = at + number // 2 * 7 * MINUTE
        wall = instant.astimezone(BERLIN).replace(tzinfo=None)
        entries.append(written(kind, instant, amount=amount, text=text, wall=wall))
    return entries


def essence(readings: list[KeptReading], unit: GlucoseUnit = GlucoseUnit.MG_DL) -> list[tuple[Any, ...]]:
    return [
        (
            each.reading.at.replace(second=0),
            to_display(each.reading.mg_dl, unit),
            each.reading.measuring_range,
            each.device,
        )
        for each in readings
    ]


def said_in(entries: list[DiaryEntry]) -> list[tuple[Any, ...]]:
    return sorted((each.at, each.kind, str(each.amount), each.text) for each in entries)


@pytest.mark.parametrize("unit", ["mg_dl", "mmol_l"])
async def test_an_export_can_be_imported_for_a_person_without_data(
    hass: HomeAssistant,
    followed: MockConfigEntry,
    alex: str,
    person: Person,
    ben: Person,
    folder: Path,
    unit: str,
) -> None:
    for change in (BACK, AROUND_THE_CHANGE):
        measured = lively(change + 5 * HOUR, 1000, MINUTE)
        await keep(hass, followed, person, measured, a_diary(change + 6 * HOUR))
    path = str(folder / "out.csv")
    out = await ask(hass, "export", person=alex, path=path, unit=unit)
    other = device_id_of(hass, followed, ben)

    back = await ask(hass, "import_csv", person=other, path=path, accept_other_person=True)

    (readings, entries), (again, entries_again) = await kept(followed, person), await kept(followed, ben)
    assert (back["readings"], back["entries"]) == (out["readings"], out["entries"]) == (2000, 28)
    assert (back["unreadable_count"], back["skipped"], back["known"]) == (0, 0, 0)
    seen_in = GlucoseUnit.MG_DL if unit == "mg_dl" else GlucoseUnit.MMOL_L
    assert essence(again, seen_in) == essence(readings, seen_in)
    assert said_in(entries_again) == said_in(entries)
    assert {each.precision for each in entries_again} == {Precision.MINUTE}


async def test_an_export_imported_for_the_same_person_adds_nothing(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    live = [
        Reading(at=each.at + timedelta(seconds=17), mg_dl=each.mg_dl, trend=Trend.STABLE)
        for each in readings_before(NOON, [100 + number for number in range(90)], MINUTE)
    ]
    await keep(hass, followed, person, live, a_diary(NOON - 2 * HOUR), Source.LIVE)
    before = await kept(followed, person)
    path = str(folder / "out.csv")
    out = await ask(hass, "export", person=alex, path=path)

    back = await ask(hass, "import_csv", person=alex, path=path)

    assert (back["readings"], back["entries"]) == (0, 0)
    assert back["known"] == out["readings"] + out["entries"]
    assert await kept(followed, person) == before


async def test_entries_of_the_hour_that_comes_twice_keep_their_order_within_each_kind(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, ben: Person, person: Person, folder: Path
) -> None:
    # Both before the clocks go back; LibreView's files tell insulin first, though it came later.
    insulin = written(EntryKind.RAPID_ACTING_INSULIN, BACK - 10 * MINUTE, amount=4.0)
    food = written(EntryKind.CARBOHYDRATES, BACK - 50 * MINUTE, amount=30.0)
    await keep(hass, followed, person, entries=[food, insulin])
    path = str(folder / "out.csv")
    await ask(hass, "export", person=alex, path=path)

    other = device_id_of(hass, followed, ben)
    await ask(hass, "import_csv", person=other, path=path, accept_other_person=True)

    assert said_in((await kept(followed, ben))[1]) == said_in([food, insulin])


MIDSUMMER = datetime(2026, 6, 1, tzinfo=UTC)
any_readings = st.lists(
    st.tuples(st.integers(1, 60 * 24 * 200), st.integers(41, 499)),
    unique_by=lambda each: each[0],
    max_size=60,
)
any_entries = st.lists(
    st.tuples(
        st.integers(1, 60 * 24 * 60),
        st.sampled_from(
            [EntryKind.CARBOHYDRATES, EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN]
        ),
        st.none() | st.integers(1, 200).map(lambda halves: halves / 2),
    ),
    max_size=20,
)


@given(any_readings, any_entries, st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu"]))
def test_any_history_is_the_same_after_it_was_a_file(
    measured: list[tuple[int, int]], told: list[tuple[int, EntryKind, float | None]], name: str
) -> None:
    # Winter months and the beginning of summer time, but no hour that comes twice: it may stand there alone.
    zone, start = ZoneInfo(name), MIDSUMMER - 205 * DAY
    readings = [
        KeptReading(
            reading=Reading(at=start + minute * MINUTE, mg_dl=mg_dl), source=Source.LIVE, device=LIBRE
        )
        for minute, mg_dl in sorted(measured)
    ]
    entries = [
        written(kind, start + minute * MINUTE, amount=amount)
        for minute, kind, amount in sorted(told, key=str)
    ]
    if not readings and not entries:
        return
    text = "".join(
        write_csv(
            readings, entries, unit=GlucoseUnit.MG_DL, time_zone=zone, name=NAME, generated_at=MIDSUMMER
        )
    )

    file = resolve_export(parse_csv(text.encode()), zone, [], MIDSUMMER)

    assert [(row.at, row.mg_dl) for row in file.rows()] == [
        (int(each.reading.at.timestamp()), each.reading.mg_dl) for each in readings
    ]
    assert said_in(list(file.entries)) == said_in(entries)
