"""Bringing a CSV file in by the person's dialog, as people walk it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
import io
from pathlib import Path
import tempfile
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from homeassistant.core import Event, HomeAssistant
from homeassistant.data_entry_flow import (
    EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE,
    EVENT_DATA_ENTRY_FLOW_PROGRESSED,
    FlowResultType,
)
from homeassistant.helpers.storage import STORAGE_DIR
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.models import Source
from tests.cloud_double import Person
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.csv_exports import Said, diary, export, glucose
from tests.support.csv_files import export_of
from tests.support.dialogs import is_form
from tests.support.forms import awaited, fill
from tests.support.history import close_file, holding
from tests.support.person_dialogs import choose
from tests.support.states import state
from tests.support.stored_history import HOUR, MINUTE, keep, kept, readings_before

type Upload = Callable[[bytes], Awaitable[str]]

WALL = datetime.fromisoformat("2026-05-25 07:00")
MADE = datetime.fromisoformat("2026-05-30 12:00")
NAME = "Alex Example"


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry, person: Person) -> MockConfigEntry:
    """The account, set up, whose person has no reading yet and lives in Berlin."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    person.has_reading = False
    return await set_up(hass, entry)


@pytest.fixture
async def upload(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Upload:
    """Send a file to Home Assistant as its frontend does; gives its id."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client = await hass_client()

    async def uploading(content: bytes) -> str:
        form = aiohttp.FormData()
        form.add_field("file", io.BytesIO(content), filename="glucose.csv")
        response = await client.post("/api/file_upload", data=form)
        answer: dict[str, str] = await response.json()
        return answer["file_id"]

    return uploading


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However short the work is, its progress is shown: where time stands still, a wait of 0 s would last."""
    monkeypatch.setattr("custom_components.libreview.flows.progress._UNNOTICED", -1)


def rows(count: int = 5, start: datetime = WALL) -> list[Said]:
    return [glucose(start + number * 5 * MINUTE, 100 + number % 50) for number in range(count)]


async def sent(hass: HomeAssistant, entry: MockConfigEntry, upload: Upload, content: bytes) -> Any:
    """What is shown after a file was chosen."""
    form = await choose(hass, entry, "import_file")
    assert is_form(form, "import_file")
    return await fill(hass, form, file=await upload(content))


async def begun(hass: HomeAssistant, form: Any, **fields: Any) -> Any:
    """What is shown at once, without waiting for anything."""
    return await hass.config_entries.subentries.async_configure(form["flow_id"], fields)


def said(form: Any) -> dict[str, str]:
    return dict(form["description_placeholders"])


def is_imported(result: Any, *, readings: int, entries: int) -> bool:
    return (result["type"], result["reason"], said(result)) == (
        FlowResultType.ABORT,
        "imported",
        {"readings": str(readings), "entries": str(entries)},
    )


@contextmanager
def unwritable(hass: HomeAssistant, entry: MockConfigEntry) -> Iterator[None]:
    """For a while the history is no file."""
    history = entry.runtime_data.history
    close_file(history)
    path = Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry.entry_id}.history.db"))
    aside = path.with_suffix(".aside")
    path.rename(aside)
    path.mkdir()
    yield
    path.rmdir()
    aside.rename(path)


# The way of most.


async def test_a_file_is_added_after_its_summary_was_seen(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, person: Person
) -> None:
    content = export([*rows(), *diary(WALL)], made=MADE, name=NAME)

    summary = await sent(hass, loaded, upload, content)

    assert is_form(summary, "import_summary")
    told = said(summary)
    assert (told["first"], told["last"]) == ("2026-05-25", "2026-05-25")
    counts = told["readings"], told["known"], told["skipped"], told["unreadable_count"]
    assert counts == (
        "5",
        "0",
        "1",
        "0",
    )
    assert int(told["entries"]) >= 9
    assert told["unreadable"] == ""
    assert told["person"] == NAME
    assert await kept(loaded, person) == ([], [])

    result = await fill(hass, summary)

    assert is_imported(result, readings=5, entries=int(told["entries"]))
    readings, entries = await kept(loaded, person)
    walls = [each.reading.at.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None) for each in readings]
    assert walls == [WALL + number * 5 * MINUTE for number in range(5)]
    assert {each.source for each in readings} == {Source.CSV}
    assert len(entries) == int(told["entries"])


async def test_a_second_time_the_file_is_known_and_changes_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, person: Person
) -> None:
    content = export([*rows(), *diary(WALL)], made=MADE, name=NAME)
    await fill(hass, await sent(hass, loaded, upload, content))
    before = await kept(loaded, person)

    summary = await sent(hass, loaded, upload, content)

    assert (said(summary)["readings"], said(summary)["entries"]) == ("0", "0")
    assert said(summary)["known"] == str(len(before[0]) + len(before[1]))
    assert is_imported(await fill(hass, summary), readings=0, entries=0)
    assert await kept(loaded, person) == before


async def test_lines_that_cannot_be_read_are_named_with_the_reason_in_words(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    lines = export_of(20).decode().splitlines()
    lines[3] = lines[3].replace(",101,", ",much,")
    lines[5] = lines[5].replace("25-05-2026", "25-25-2026")

    told = said(await sent(hass, loaded, upload, "\n".join(lines).encode()))

    assert (told["readings"], told["unreadable_count"]) == ("18", "2")
    assert told["unreadable"] == ("  - 4: the glucose value cannot be read\n  - 6: the time cannot be read\n")


async def test_of_very_many_unreadable_lines_only_the_first_are_named(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    bad = [glucose(WALL + number * MINUTE, 7000) for number in range(50)]

    told = said(await sent(hass, loaded, upload, export([*rows(), *bad], made=MADE, name=NAME)))

    assert told["unreadable_count"] == "50"
    assert told["unreadable"].count("\n") == 11
    assert told["unreadable"].endswith("  - …\n")


@pytest.mark.usefixtures("every_entity")
async def test_sensors_update_at_once_after_an_import(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    summary = await sent(hass, loaded, upload, export_of(288))
    assert state(hass, "sensor.alex_example_data_captured_14_d") == "0.0"
    await fill(hass, summary)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state(hass, "sensor.alex_example_data_captured_14_d") == "7.1"


# Nothing without a yes.


async def test_closing_the_dialog_before_the_yes_keeps_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, person: Person
) -> None:
    summary = await sent(hass, loaded, upload, export_of())
    hass.config_entries.subentries.async_abort(summary["flow_id"])
    await hass.async_block_till_done(wait_background_tasks=True)

    assert await kept(loaded, person) == ([], [])
    assert hass.config_entries.subentries.async_progress() == []


@pytest.mark.usefixtures("impatient")
async def test_closing_the_dialog_while_the_file_is_read_keeps_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, person: Person
) -> None:
    form = await choose(hass, loaded, "import_file")
    file = await upload(export_of())
    with holding(loaded.runtime_data.history):
        progress = await begun(hass, form, file=file)
        assert (progress["type"], progress["progress_action"]) == (FlowResultType.SHOW_PROGRESS, "read_file")
        hass.config_entries.subentries.async_abort(progress["flow_id"])
    await hass.async_block_till_done(wait_background_tasks=True)

    assert await kept(loaded, person) == ([], [])


@pytest.mark.usefixtures("every_entity", "impatient")
async def test_closing_the_dialog_after_confirming_still_stores_the_whole_file_and_updates_sensors(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, person: Person
) -> None:
    summary = await sent(hass, loaded, upload, export_of(288))
    with holding(loaded.runtime_data.history, writers=True):
        progress = await begun(hass, summary)
        assert (progress["type"], progress["progress_action"]) == (FlowResultType.SHOW_PROGRESS, "keep_file")
        hass.config_entries.subentries.async_abort(progress["flow_id"])
    await hass.async_block_till_done(wait_background_tasks=True)

    assert len((await kept(loaded, person))[0]) == 288
    assert state(hass, "sensor.alex_example_data_captured_14_d") == "7.1"


async def test_a_file_that_names_somebody_else_needs_a_yes_of_its_own(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, person: Person
) -> None:
    form = await sent(hass, loaded, upload, export_of(name="Charlie Sample"))

    assert is_form(form, "import_other_person")
    assert (said(form)["name"], said(form)["person"]) == ("Charlie Sample", NAME)
    again = await fill(hass, form, accept=False)
    assert is_form(again, "import_other_person", "not_this_person")
    assert said(again) == said(form)
    assert await kept(loaded, person) == ([], [])

    assert is_imported(await fill(hass, again, accept=True), readings=5, entries=0)


async def test_a_file_without_a_name_counts_as_this_persons(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    assert is_form(await sent(hass, loaded, upload, export_of(name="")), "import_summary")


# Dates.


@pytest.mark.parametrize(("order", "day"), [("day_first", "2026-03-04"), ("month_first", "2026-04-03")])
async def test_what_dates_mean_is_asked_when_the_file_leaves_it_open(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, person: Person, order: str, day: str
) -> None:
    start = datetime.fromisoformat("2026-03-04 08:00")
    form = await sent(hass, loaded, upload, export_of(start=start, made=start + HOUR))

    assert is_form(form, "import_order")
    assert said(form)["example"] == "04-03-2026"
    summary = await fill(hass, form, date_order=order)
    assert is_form(summary, "import_summary")
    assert said(summary)["first"] == day
    assert is_imported(await fill(hass, summary), readings=5, entries=0)


async def test_a_file_of_somebody_else_with_open_dates_is_asked_about_both(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    start = datetime.fromisoformat("2026-03-04 08:00")
    form = await sent(hass, loaded, upload, export_of(start=start, made=start + HOUR, name="Charlie Sample"))
    assert is_form(form, "import_order")
    assert is_form(await fill(hass, form, date_order="day_first"), "import_other_person")


# What can be wrong.


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "csv_empty"),
        (b"SQLite format 3\x00" + bytes(50), "csv_not_text"),
        (b"Dear diary\nI had lunch\n", "csv_no_headings"),
        (export_of().replace(b" mg/dL", b""), "csv_unknown_unit"),
        (b"\n".join(export_of().splitlines()[:2]), "csv_no_rows"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_a_wrong_file_is_told_on_the_form_and_another_can_be_chosen(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, content: bytes, error: str
) -> None:
    form = await sent(hass, loaded, upload, content)
    assert is_form(form, "import_file", error)

    assert is_form(await fill(hass, form, file=await upload(export_of())), "import_summary")


async def test_a_file_that_got_lost_can_be_chosen_once_more(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    form = await choose(hass, loaded, "import_file")
    lost = await fill(hass, form, file="0123456789abcdef0123456789abcdef")
    assert is_form(lost, "import_file", "upload_lost")

    assert is_form(await fill(hass, lost, file=await upload(export_of())), "import_summary")


async def test_without_the_account_no_file_is_asked_for(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    result = await choose(hass, loaded, "import_file")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "import_not_loaded")


@pytest.mark.parametrize("moment", ["before the upload", "before the yes"])
async def test_an_account_that_is_taken_down_meanwhile_ends_the_dialog_in_plain_words(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, moment: str
) -> None:
    fields = {}
    if moment == "before the yes":
        form = await sent(hass, loaded, upload, export_of())
    else:
        form = await choose(hass, loaded, "import_file")
        fields = {"file": await upload(export_of())}
    await hass.config_entries.async_unload(loaded.entry_id)

    result = await fill(hass, form, **fields)

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "import_not_loaded")


async def test_a_history_that_cannot_be_read_is_told_and_another_try_is_possible(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    with unwritable(hass, loaded):
        form = await sent(hass, loaded, upload, export_of())
        assert is_form(form, "import_file", "history_unwritable")

    assert is_form(await fill(hass, form, file=await upload(export_of())), "import_summary")


async def test_a_history_that_cannot_be_written_is_told_and_the_yes_can_be_repeated(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, person: Person
) -> None:
    summary = await sent(hass, loaded, upload, export_of())
    with unwritable(hass, loaded):
        again = await fill(hass, summary)
        assert is_form(again, "import_summary", "history_unwritable")
        assert said(again) == said(summary)

    assert is_imported(await fill(hass, again), readings=5, entries=0)
    assert len((await kept(loaded, person))[0]) == 5


async def test_readings_that_are_there_already_stay_as_they_are(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, person: Person
) -> None:
    first = WALL.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    live = readings_before(first + 10 * MINUTE + timedelta(seconds=20), [222, 223])
    await keep(hass, loaded, person, live, source=Source.LIVE)

    summary = await sent(hass, loaded, upload, export_of())

    assert (said(summary)["readings"], said(summary)["known"]) == ("3", "2")
    await fill(hass, summary)
    assert [each.reading.mg_dl for each in (await kept(loaded, person))[0]] == [222, 223, 102, 103, 104]


# Progress.


@pytest.mark.usefixtures("impatient")
async def test_a_big_file_shows_its_progress_and_home_assistant_goes_on_meanwhile(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, person: Person
) -> None:
    shares: list[float] = []

    def moved(event: Event) -> None:
        shares.append(event.data["progress"])

    hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE, moved)
    form = await choose(hass, loaded, "import_file")
    file = await upload(export_of(20_000, start=WALL - timedelta(days=60), made=MADE + timedelta(days=20)))

    reading = await begun(hass, form, file=file)
    assert (reading["type"], reading["progress_action"]) == (FlowResultType.SHOW_PROGRESS, "read_file")
    summary = await fill(hass, reading)
    assert is_form(summary, "import_summary")
    assert shares[-1] == 0.9  # Before it, what was done before there was anything to be seen is not told.
    assert set(shares) <= {0.6, 0.9}

    shares.clear()
    with holding(loaded.runtime_data.history, writers=True):  # Until the progress is on the screen.
        keeping = await begun(hass, summary)
    assert (keeping["type"], keeping["progress_action"]) == (FlowResultType.SHOW_PROGRESS, "keep_file")
    result = await fill(hass, keeping)
    assert result["reason"] == "imported"
    assert len(shares) >= 3
    assert shares == sorted(shares)
    assert 0 < shares[1] < shares[-1] < 1
    assert len((await kept(loaded, person))[0]) == int(said(result)["readings"]) > 18_000


async def test_a_small_file_shows_no_progress(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    form = await choose(hass, loaded, "import_file")
    summary = await begun(hass, form, file=await upload(export_of()))
    assert is_form(summary, "import_summary")
    assert (await begun(hass, summary))["reason"] == "imported"


@pytest.mark.usefixtures("impatient")
async def test_whoever_looks_again_while_a_file_is_read_sees_that_it_goes_on(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    form = await choose(hass, loaded, "import_file")
    file = await upload(export_of())
    with holding(loaded.runtime_data.history):
        progress = await begun(hass, form, file=file)
        await asyncio.sleep(0)
        again = await hass.config_entries.subentries.async_configure(progress["flow_id"])
        assert again["type"] is FlowResultType.SHOW_PROGRESS
    assert is_form(await fill(hass, again), "import_summary")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("is_closed", [False, True])
async def test_a_browser_that_missed_the_end_of_the_work_is_told_again_until_it_asks(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, pass_time: PassTime, is_closed: bool
) -> None:
    form = await choose(hass, loaded, "import_file")
    file = await upload(export_of())
    with holding(loaded.runtime_data.history):
        progress = await begun(hass, form, file=file)
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    await hass.async_block_till_done(wait_background_tasks=True)
    told = async_capture_events(hass, EVENT_DATA_ENTRY_FLOW_PROGRESSED)

    await pass_time(seconds=10)
    assert [event.data["flow_id"] for event in told] == [progress["flow_id"]] * 3

    if is_closed:
        hass.config_entries.subentries.async_abort(progress["flow_id"])
    else:
        assert is_form(await awaited(hass, progress), "import_summary")
    told.clear()
    await pass_time(seconds=10)
    assert told == []


@pytest.mark.usefixtures("impatient")
async def test_a_browser_that_never_asks_is_not_told_for_ever(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload, pass_time: PassTime
) -> None:
    form = await choose(hass, loaded, "import_file")
    file = await upload(export_of())
    with holding(loaded.runtime_data.history):
        progress = await begun(hass, form, file=file)
    await pass_time(minutes=10)
    told = async_capture_events(hass, EVENT_DATA_ENTRY_FLOW_PROGRESSED)
    await pass_time(minutes=10)
    assert told == []
    assert is_form(await awaited(hass, progress), "import_summary")
