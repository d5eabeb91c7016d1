"""Files that go into a person's history."""

from datetime import UTC, datetime
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.models import Source
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.csv_exports import CLARITY, MONTH_FIRST, Style, diary, export, glucose
from tests.support.csv_files import BERLIN, MADE, NAME, WALL, export_of, put
from tests.support.entries import entry_of, subentry_data
from tests.support.stored_history import HOUR, MINUTE, ask, device_id_of, kept, refusal


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


async def test_a_file_is_placed_in_time_by_where_live_readings_saw_the_phone(
    hass: HomeAssistant,
    followed: MockConfigEntry,
    alex: str,
    person: Person,
    folder: Path,
    pass_time: PassTime,
) -> None:
    person.has_reading = True
    person.travel(NOON, 9 * HOUR)
    await pass_time(hours=1)
    person.has_reading = False  # The file alone has those of the journey's last hours.
    await pass_time(hours=3)
    there = datetime.fromisoformat("2026-06-01T23:30:00")

    content = export([glucose(there, 100)], made=there + MINUTE, name=NAME)
    await ask(hass, "import_csv", person=alex, path=put(folder, content), date_order="day_first")

    assert (await kept(followed, person))[0][-1].reading.at == datetime(2026, 6, 1, 14, 30, tzinfo=UTC)


async def test_without_a_response_the_file_is_added_all_the_same(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    fields = {"person": alex, "path": put(folder, export_of())}
    await hass.services.async_call(DOMAIN, "import_csv", fields, blocking=True)

    assert len((await kept(followed, person))[0]) == 5


async def test_lines_that_cannot_be_read_are_named_and_cost_no_others(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    lines = export_of().decode().splitlines()
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
async def test_dates_that_can_be_read_in_two_ways_need_the_date_order(
    hass: HomeAssistant,
    followed: MockConfigEntry,
    alex: str,
    person: Person,
    folder: Path,
    order: str | None,
    day: tuple[int, int, int] | None,
) -> None:
    start = datetime.fromisoformat(AMBIGUOUS)
    path = put(folder, export_of(start=start, made=start + HOUR))
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


async def test_dates_that_show_their_order_need_no_date_order(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    path = put(folder, export_of(style=Style(time=MONTH_FIRST)))
    assert (await ask(hass, "import_csv", person=alex, path=path))["readings"] == 5


async def test_a_file_that_names_another_person_has_to_be_accepted(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, person: Person, folder: Path
) -> None:
    path = put(folder, export_of(name="Charlie Sample"))

    error = await refusal(hass, "import_csv", person=alex, path=path)
    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "other_person"
    assert "Charlie" not in f"{error} {error!r}"
    assert (await kept(followed, person))[0] == []

    answer = await ask(hass, "import_csv", person=alex, path=path, accept_other_person=True)
    assert answer["readings"] == 5


async def test_a_device_known_from_another_person_has_to_be_accepted(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, ben: Person, folder: Path
) -> None:
    bens = put(folder, export_of(name="Ben Sample"))
    await ask(hass, "import_csv", person=device_id_of(hass, followed, ben), path=bens)

    error = await refusal(hass, "import_csv", person=alex, path=put(folder, export_of(name="Alex Example")))

    assert error.translation_key == "other_person"


async def test_a_file_with_a_device_of_somebody_else_too_has_to_be_accepted(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, ben: Person, folder: Path
) -> None:
    bens = export_of(name="Ben Sample").replace(b"A1B2C3D4-0000", b"BBBBBBBB-0000")
    await ask(hass, "import_csv", person=alex, path=put(folder, export_of()))
    await ask(hass, "import_csv", person=device_id_of(hass, followed, ben), path=put(folder, bens))
    both = export_of(name="") + b"\n".join(bens.split(b"\n")[2:])

    error = await refusal(hass, "import_csv", person=alex, path=put(folder, both))

    assert error.translation_key == "other_person"


async def test_a_device_of_two_persons_makes_no_file_one_of_theirs(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, ben: Person, folder: Path
) -> None:
    bens = put(folder, export_of(name="Ben Sample"))
    await ask(hass, "import_csv", person=device_id_of(hass, followed, ben), path=bens)
    unnamed = put(folder, export_of(name=""))
    await ask(hass, "import_csv", person=alex, path=unnamed, accept_other_person=True)

    error = await refusal(hass, "import_csv", person=alex, path=unnamed)

    assert error.translation_key == "other_person"


@pytest.mark.parametrize(
    ("target", "sibling", "named", "is_refused"),
    [
        ("Maria", "Anna Maria", "Anna Maria Example", True),
        ("Anna Maria", "Maria", "Anna Maria Example", False),
        ("Anna Maria", "Maria", "Maria Example", True),
        ("Maria", "Anna Maria", "Maria Example", False),
        ("Anna", "Alex", "A. Example", True),
        ("Anna", "Ben", "A. Example", False),
    ],
)
async def test_a_name_that_fits_another_person_as_well_has_to_be_accepted(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    folder: Path,
    target: str,
    sibling: str,
    named: str,
    is_refused: bool,
) -> None:
    person.first_name, person.has_reading = target, False
    other = Person(first_name="Robin", last_name="Example", has_reading=False)
    cloud.start_sharing(account, other)
    other.first_name = sibling
    persons = [subentry_data(each, time_zone="Europe/Berlin") for each in account.follows]
    entry = await set_up(hass, entry_of(account, persons=persons))
    device, path = device_id_of(hass, entry, person), put(folder, export_of(name=named))

    if is_refused:
        assert (await refusal(hass, "import_csv", person=device, path=path)).translation_key == "other_person"
    else:
        assert (await ask(hass, "import_csv", person=device, path=path))["readings"] == 5


async def test_a_broken_history_of_another_account_keeps_no_file_out(
    hass: HomeAssistant, followed: MockConfigEntry, cloud: CloudDouble, alex: str, folder: Path
) -> None:
    other = entry_of(cloud.add_account(Account(email="second@example.com"), persons=[]))
    Path(hass.config.path(".storage", f"{DOMAIN}.{other.entry_id}.history.db")).mkdir()
    await set_up(hass, other)

    assert (await ask(hass, "import_csv", person=alex, path=put(folder, export_of())))["readings"] == 5


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "csv_empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe\xfd\x00" * 50, "csv_not_text"),
        (b"Dear diary,\ntoday was fine.\n", "csv_no_headings"),
        (b"PK\x03\x04" + bytes(200), "csv_spreadsheet_file"),
        (CLARITY, "csv_unknown_headings"),
        (export_of().replace(b",", b"|"), "csv_wrong_separator"),
        (export_of(style=Style(time="%Y-%m-%dT%H:%M:%SZ")), "csv_dates_changed"),
        (export_of().replace(b",0,10", b",9,10"), "csv_lines_changed"),
        (export_of().replace(b" mg/dL", b""), "csv_unknown_unit"),
        (b"\n".join(export_of().splitlines()[:2]), "csv_no_rows"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_what_is_no_export_is_refused_with_the_reason(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, folder: Path, content: bytes, key: str
) -> None:
    error = await refusal(hass, "import_csv", person=alex, path=put(folder, content))

    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == key


async def test_a_file_for_somebody_who_is_not_followed_is_not_even_looked_at(
    hass: HomeAssistant, followed: MockConfigEntry
) -> None:
    error = await refusal(hass, "import_csv", person="0badcafe", path="/nowhere")

    assert error.translation_key == "person_unknown"
