"""Files that go into a person's history, and come out of it."""

from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.cloud.csv_export import parse_csv
from custom_components.libreview.cloud.csv_writer import write_csv
from custom_components.libreview.const import DOMAIN
from custom_components.libreview.glucose.units import shown
from custom_components.libreview.history.csv_file import understand
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
from tests.cloud.exports import MONTH_FIRST, Style, diary, export, glucose
from tests.cloud.test_csv_export import CLARITY
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, entry_of, set_up, subentry_data
from tests.histories import (
    DAY,
    HOUR,
    LIBRE,
    MINUTE,
    ask,
    device_of,
    keep,
    kept,
    readings_before,
    written,
)

BERLIN = ZoneInfo("Europe/Berlin")
WALL = datetime.fromisoformat("2026-05-25 07:00")
MADE = datetime.fromisoformat("2026-05-30 12:00")
NAME = "Alex Example"


@pytest.fixture
def ben(cloud: CloudDouble) -> Person:
    """Somebody of whom nothing is known yet."""
    return Person(first_name="Ben", last_name="Sample", has_reading=False)


@pytest.fixture
async def followed(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person, ben: Person
) -> MockConfigEntry:
    """An account that follows two persons who live in Berlin, neither of whom has a reading."""
    person.has_reading = False
    cloud.start_sharing(account, ben)
    entry = entry_of(account)
    berlin = MockConfigEntry(
        domain=DOMAIN,
        version=2,
        title=entry.title,
        unique_id=entry.unique_id,
        data=dict(entry.data),
        subentries_data=[subentry_data(each, time_zone="Europe/Berlin") for each in account.follows],
    )
    return await set_up(hass, berlin)


@pytest.fixture
def alex(hass: HomeAssistant, followed: MockConfigEntry, person: Person) -> str:
    return device_of(hass, followed, person)


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Path:
    """A folder that Home Assistant may use."""
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    hass.config.allowlist_external_dirs = {str(allowed)}
    return allowed


def put(folder: Path, content: bytes) -> str:
    path = folder / "glucose.csv"
    path.write_bytes(content)
    return str(path)


def some(count: int = 5, start: datetime = WALL, style: Style | None = None, **said: Any) -> bytes:
    rows = [glucose(start + number * 5 * MINUTE, 100 + number) for number in range(count)]
    return export(rows, style or Style(), **{"made": MADE, "name": NAME, **said})


async def refusal(hass: HomeAssistant, action: str, **fields: Any) -> HomeAssistantError:
    with pytest.raises(HomeAssistantError) as refused:
        await ask(hass, action, **fields)
    assert refused.value.translation_domain == DOMAIN
    return refused.value


# Importing.


async def test_a_file_is_added_to_a_persons_history(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    rows = [*(glucose(WALL + number * 5 * MINUTE, 100 + number) for number in range(5)), *diary(WALL)]

    answer = await ask(hass, "import_csv", person=alex, path=put(folder, export(rows, made=MADE, name=NAME)))

    readings, entries = await kept(followed, person)
    assert answer == {
        "readings": 5,
        "entries": len(entries),
        "known": 0,
        "thinned_out": 0,
        "skipped": 1,
        "first": "2026-05-25T07:00:00",
        "last": "2026-05-25T14:09:00",
        "unreadable_count": 0,
        "unreadable": [],
    }
    assert len(entries) >= 9
    berlin = [each.reading.at.astimezone(BERLIN).replace(tzinfo=None) for each in readings]
    assert berlin == [WALL + number * 5 * MINUTE for number in range(5)]
    assert [each.reading.mg_dl for each in readings] == [100, 101, 102, 103, 104]
    assert {each.source for each in readings} == {Source.CSV}


async def test_importing_twice_changes_nothing(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    path = put(folder, export([glucose(WALL, 100), *diary(WALL)], made=MADE, name=NAME))
    first = await ask(hass, "import_csv", person=alex, path=path)
    before = await kept(followed, person)

    again = await ask(hass, "import_csv", person=alex, path=path)

    assert (again["readings"], again["entries"]) == (0, 0)
    assert again["known"] == first["readings"] + first["entries"]
    assert await kept(followed, person) == before


async def test_without_a_response_the_file_is_added_all_the_same(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    fields = {"person": alex, "path": put(folder, some())}
    await hass.services.async_call(DOMAIN, "import_csv", fields, blocking=True)

    assert len((await kept(followed, person))[0]) == 5


async def test_lines_that_cannot_be_read_are_named_and_cost_no_others(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    lines = some().decode().splitlines()
    lines[3] = lines[3].replace(",101,", ",much,")
    lines[5] = lines[5].replace("25-05-2026", "25-25-2026")

    path = put(folder, "\n".join(lines).encode())
    answer = await ask(hass, "import_csv", person=alex, path=path)

    assert answer["readings"] == 3
    assert answer["unreadable_count"] == 2
    assert answer["unreadable"] == [{"line": 4, "reason": "bad_glucose"}, {"line": 6, "reason": "bad_time"}]
    assert {type(each["reason"]) for each in answer["unreadable"]} == {str}


async def test_of_very_many_unreadable_lines_only_some_are_named(
    hass: HomeAssistant, alex: str, folder: Path
) -> None:
    rows = [glucose(WALL + number * MINUTE, 7000 + number) for number in range(300)]

    content = export([glucose(WALL, 100), *rows], made=MADE, name=NAME)
    answer = await ask(hass, "import_csv", person=alex, path=put(folder, content))

    assert (answer["unreadable_count"], len(answer["unreadable"])) == (300, 100)


AMBIGUOUS = "2026-03-04 08:00"


@pytest.mark.parametrize(
    ("order", "day"), [("day_first", (2026, 3, 4)), ("month_first", (2026, 4, 3)), (None, None)]
)
async def test_dates_that_can_be_read_in_two_ways_have_to_be_told(
    hass: HomeAssistant,
    followed: MockConfigEntry,
    alex: str,
    person: Person,
    folder: Path,
    order: str | None,
    day: tuple[int, int, int] | None,
) -> None:
    start = datetime.fromisoformat(AMBIGUOUS)
    path = put(folder, some(start=start, made=start + HOUR))
    if order is None:
        error = await refusal(hass, "import_csv", person=alex, path=path)
        assert isinstance(error, ServiceValidationError)
        assert error.translation_key == "date_order_unknown"
        assert (await kept(followed, person))[0] == []
        return
    await ask(hass, "import_csv", person=alex, path=path, date_order=order)

    readings, _ = await kept(followed, person)
    assert day is not None
    assert readings[0].reading.at.astimezone(BERLIN).date() == datetime(*day, tzinfo=UTC).date()


async def test_an_order_that_the_file_shows_needs_not_be_told(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    path = put(folder, some(style=Style(time=MONTH_FIRST)))
    assert (await ask(hass, "import_csv", person=alex, path=path))["readings"] == 5


async def test_a_file_that_names_somebody_else_needs_a_yes(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    path = put(folder, some(name="Charlie Sample"))

    error = await refusal(hass, "import_csv", person=alex, path=path)
    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "other_person"
    assert "Charlie" not in f"{error} {error!r}"
    assert (await kept(followed, person))[0] == []

    answer = await ask(hass, "import_csv", person=alex, path=path, accept_other_person=True)
    assert answer["readings"] == 5


async def test_a_device_that_is_known_from_somebody_else_needs_a_yes(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, ben: Person, folder: Path
) -> None:
    path = put(folder, some(name="A Sample Example"))
    await ask(hass, "import_csv", person=device_of(hass, followed, ben), path=path)

    error = await refusal(hass, "import_csv", person=alex, path=path)

    assert error.translation_key == "other_person"


async def test_a_broken_history_of_another_account_keeps_no_file_out(
    hass: HomeAssistant, followed: MockConfigEntry, cloud: CloudDouble, alex: str, folder: Path
) -> None:
    other = entry_of(cloud.add_account(Account(email="second@example.com"), persons=[]))
    Path(hass.config.path(".storage", f"{DOMAIN}.{other.entry_id}.history.db")).mkdir()
    await set_up(hass, other)

    assert (await ask(hass, "import_csv", person=alex, path=put(folder, some())))["readings"] == 5


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "csv_empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe\xfd\x00" * 50, "csv_not_text"),
        (b"Dear diary,\ntoday was fine.\n", "csv_no_headings"),
        (CLARITY, "csv_unknown_headings"),
        (some().replace(b" mg/dL", b""), "csv_unknown_unit"),
        (b"\n".join(some().splitlines()[:2]), "csv_no_rows"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_what_is_no_export_is_refused_with_the_reason(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, folder: Path, content: bytes, key: str
) -> None:
    error = await refusal(hass, "import_csv", person=alex, path=put(folder, content))

    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == key


async def test_a_file_that_is_not_there_or_is_none_is_said(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, folder: Path
) -> None:
    for path in (folder / "missing.csv", folder):
        error = await refusal(hass, "import_csv", person=alex, path=str(path))
        assert error.translation_key == "file_unreadable"
        assert error.translation_placeholders == {"path": str(path)}


async def test_a_file_that_is_far_too_big_is_not_read(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, folder: Path
) -> None:
    path = folder / "huge.csv"
    with path.open("wb") as file:
        file.truncate(101 * 2**20)  # Which takes no room on the disk.

    error = await refusal(hass, "import_csv", person=alex, path=str(path))

    assert error.translation_key == "file_unreadable"


@pytest.mark.parametrize("action", ["import_csv", "export"])
@pytest.mark.parametrize("way", ["elsewhere", "upwards", "by a link"])
async def test_a_path_outside_of_the_allowed_folders_is_refused(
    hass: HomeAssistant, alex: str, folder: Path, tmp_path: Path, action: str, way: str
) -> None:
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_bytes(some())
    (folder / "link.csv").symlink_to(elsewhere)
    path = {
        "elsewhere": elsewhere,
        "upwards": folder / ".." / "elsewhere.csv",
        "by a link": folder / "link.csv",
    }[way]

    error = await refusal(hass, action, person=alex, path=str(path))

    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "path_not_allowed"
    assert elsewhere.read_bytes() == some()


async def test_a_file_for_somebody_who_is_not_followed_is_not_even_looked_at(
    hass: HomeAssistant, followed: MockConfigEntry
) -> None:
    error = await refusal(hass, "import_csv", person="0badcafe", path="/nowhere")

    assert error.translation_key == "person_unknown"


# Exporting.


async def test_an_export_has_the_columns_of_libreview(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person
) -> None:
    await keep(hass, followed, person, readings_before(NOON, [70, 80]))

    answer = await ask(hass, "export", person=alex)

    assert (answer["readings"], answer["entries"]) == (2, 0)
    lines = answer["content"].splitlines()
    assert lines[0].startswith("Glucose Data,Generated on,2026-06-01 12:00 UTC,Generated by,Alex Example")
    assert lines[1].startswith("Device,Serial Number,Device Timestamp,Record Type,Historic Glucose mg/dL")
    assert lines[2].startswith("FreeStyle Libre 3,0ETEST0010,2026-06-01 13:50,0,70,")
    assert len(lines) == 4


async def test_an_export_as_json_has_the_names_of_tidepool(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person
) -> None:
    entries = [
        written(kind, NOON - number * MINUTE, amount=4.5, text="text")
        for number, kind in enumerate(EntryKind, start=1)
    ]
    await keep(hass, followed, person, readings_before(NOON, [70, 80]), entries)

    answer = await ask(hass, "export", person=alex, format="json", unit="mmol_l")

    items = json.loads(answer["content"])
    assert len(items) == answer["readings"] + answer["entries"] == 8
    assert [item["value"] for item in items if item["type"] == "cbg"] == [3.9, 4.4]
    assert {item["type"] for item in items} == {
        *("cbg", "bolus", "insulin", "food", "note", "smbg", "bloodKetone")
    }
    assert items[0]["deviceTime"] == "2026-06-01T13:50:00"
    assert items[0]["timezone"] == "Europe/Berlin"


@pytest.mark.parametrize("kind", ["csv", "json"])
async def test_a_file_holds_what_the_response_would(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path, kind: str
) -> None:
    note = written(EntryKind.NOTE, text="Läufe,\n„leicht“")
    await keep(hass, followed, person, readings_before(NOON, [70, 80]), [note])
    path = folder / f"out.{kind}"
    path.write_text("what was there before, which is longer than all that comes after it" * 1000)

    told = await ask(hass, "export", person=alex, format=kind, path=str(path))
    answer = await ask(hass, "export", person=alex, format=kind)

    assert told == {"readings": 2, "entries": 1, "path": str(path)}
    assert path.read_bytes().decode() == answer["content"]


async def test_only_what_came_since_an_instant_is_given_out_when_asked(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person
) -> None:
    entries = [written(EntryKind.CARBOHYDRATES, at, amount=30) for at in (NOON - 3 * DAY, NOON - HOUR)]
    await keep(hass, followed, person, readings_before(NOON, [100] * 72, every=HOUR), entries)

    everything = await ask(hass, "export", person=alex)
    new = await ask(hass, "export", person=alex, start=NOON - 10 * HOUR)
    old = await ask(hass, "export", person=alex, end=NOON - 10 * HOUR)

    assert (everything["readings"], everything["entries"]) == (72, 2)
    assert (new["readings"], new["entries"]) == (10, 1)
    assert (old["readings"], old["entries"]) == (62, 1)


@pytest.mark.parametrize(("kind", "content"), [("csv", 2), ("json", 1)])
async def test_nothing_is_given_out_as_an_empty_file(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, kind: str, content: int
) -> None:
    answer = await ask(hass, "export", person=alex, format=kind)

    assert (answer["readings"], answer["entries"]) == (0, 0)
    assert len(answer["content"].splitlines()) == content
    if kind == "json":
        assert json.loads(answer["content"]) == []


async def test_years_are_given_out_whole(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    await keep(hass, followed, person, readings_before(NOON, [100, 110, 120] * 4000, every=HOUR))
    path = folder / "years.json"

    answer = await ask(hass, "export", person=alex, format="json", path=str(path))

    times = [item["time"] for item in json.loads(path.read_text())]
    assert len(times) == len(set(times)) == answer["readings"] == 12000
    assert times == sorted(times)


async def test_a_file_that_cannot_be_written_is_said(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, folder: Path
) -> None:
    (folder / "in_the_way").mkdir()

    error = await refusal(hass, "export", person=alex, path=str(folder / "in_the_way"))

    assert error.translation_key == "file_unwritable"
    state = followed.runtime_data.history
    assert await state.async_ask(lambda store: True)


# The round trip.

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
            shown(each.reading.mg_dl, unit),
            each.reading.measuring_range,
            each.device,
        )
        for each in readings
    ]


def said_in(entries: list[DiaryEntry]) -> list[tuple[Any, ...]]:
    return sorted((each.at, each.kind, str(each.amount), each.text) for each in entries)


@pytest.mark.parametrize("unit", ["mg_dl", "mmol_l"])
async def test_what_goes_out_comes_in_again_for_somebody_of_whom_nothing_is_known(
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
    other = device_of(hass, followed, ben)

    back = await ask(hass, "import_csv", person=other, path=path, accept_other_person=True)

    (readings, entries), (again, entries_again) = await kept(followed, person), await kept(followed, ben)
    assert (back["readings"], back["entries"]) == (out["readings"], out["entries"]) == (2000, 28)
    assert (back["unreadable_count"], back["skipped"], back["known"]) == (0, 0, 0)
    seen_in = GlucoseUnit.MG_DL if unit == "mg_dl" else GlucoseUnit.MMOL_L
    assert essence(again, seen_in) == essence(readings, seen_in)
    assert said_in(entries_again) == said_in(entries)
    assert {each.precision for each in entries_again} == {Precision.MINUTE}


async def test_what_goes_out_is_known_to_whom_it_came_from(
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

    other = device_of(hass, followed, ben)
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
        write_csv(readings, entries, unit=GlucoseUnit.MG_DL, clock=zone, name=NAME, generated_at=MIDSUMMER)
    )

    file = understand(parse_csv(text.encode()), zone, [], MIDSUMMER)

    assert [(row.at, row.mg_dl) for row in file.rows()] == [
        (int(each.reading.at.timestamp()), each.reading.mg_dl) for each in readings
    ]
    assert said_in(list(file.entries)) == said_in(entries)
