"""The diary as a calendar."""

from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import translation
import pytest

from custom_components.libreview import models
from custom_components.libreview.account.followed_person import FollowedPerson
from custom_components.libreview.history.store import Store
from tests.cloud_double import Account, EntryKind, Person
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.diary_logins import set_up_and_read
from tests.support.entries import own_entry_of
from tests.support.states import state

TRANSLATIONS = Path(__file__).parents[1] / "custom_components/libreview/translations"
CALENDAR = "calendar.jamie_sample_diary"
CARBOHYDRATES, NOTE = EntryKind.CARBOHYDRATES, EntryKind.NOTE
RAPID, LONG = EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    """Home Assistant is where the person lives: noon in UTC is two o'clock there."""
    await hass.config.async_set_time_zone("Europe/Berlin")


async def events(hass: HomeAssistant, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """What the calendar shows in that time."""
    answer: dict[str, Any] | None = await hass.services.async_call(
        "calendar",
        "get_events",
        {"entity_id": CALENDAR, "start_date_time": start.isoformat(), "end_date_time": end.isoformat()},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    shown: list[dict[str, Any]] = answer[CALENDAR]["events"]
    return shown


async def keep(person: FollowedPerson, *entries: models.DiaryEntry) -> None:
    """Bring entries in, as a file would."""
    await person.history.async_run(
        Store.keep_file, person.patient_id, [], lambda _: [], entries, thin_before=0
    )


async def today(hass: HomeAssistant) -> list[dict[str, Any]]:
    return await events(hass, NOON - timedelta(hours=14), NOON + timedelta(hours=10))


async def test_every_entry_is_an_event_with_a_summary_that_says_it(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(hours=5), amount=45)
    patient.add_entry(RAPID, at=NOON - timedelta(hours=4), amount=4.5)
    patient.add_entry(LONG, at=NOON - timedelta(hours=3))
    patient.add_entry(NOTE, at=NOON - timedelta(hours=2), text="Slept badly\nand had no breakfast")
    await set_up_and_read(hass, own_account, pass_time)
    assert [(each["summary"], each.get("description")) for each in await today(hass)] == [
        ("Carbohydrates 45 g", None),
        ("Rapid-acting insulin 4.5 U", None),
        ("Long-acting insulin", None),
        ("Note: Slept badly", "Slept badly\nand had no breakfast"),
    ]


async def test_an_entry_known_to_the_hour_lasts_that_hour_by_the_persons_clock(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(minutes=20), amount=45)
    await set_up_and_read(hass, own_account, pass_time)
    (meal,) = await today(hass)
    assert (meal["start"], meal["end"]) == ("2026-06-01T13:00:00+02:00", "2026-06-01T14:00:00+02:00")


async def test_a_long_note_is_shortened_where_it_stands_in_one_line(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    text = "Went to the mountains with the whole class, and everyone was soaked to the skin"
    patient.add_entry(NOTE, at=NOON - timedelta(hours=2), text=text)
    await set_up_and_read(hass, own_account, pass_time)
    (note,) = await today(hass)
    assert note["summary"] == "Note: Went to the mountains with the whole class, and everyone wa…"
    assert note["description"] == text


@pytest.mark.parametrize(
    ("start", "end", "is_shown"),
    [(-180, -60, False), (-180, -59, True), (-30, -20, True), (-1, 60, True), (0, 60, False)],
)
async def test_a_range_shows_what_overlaps_it(
    hass: HomeAssistant,
    own_account: Account,
    patient: Person,
    pass_time: PassTime,
    start: int,
    end: int,
    is_shown: bool,
) -> None:
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(hours=1), amount=45)
    await set_up_and_read(hass, own_account, pass_time)
    shown = await events(hass, NOON + timedelta(minutes=start), NOON + timedelta(minutes=end))
    assert bool(shown) is is_shown


async def test_the_calendar_is_on_while_the_time_of_an_entry_is_now(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(hours=1), amount=45)
    patient.add_entry(RAPID, at=NOON, amount=4)
    await set_up_and_read(hass, own_account, pass_time)
    calendar = hass.states.get(CALENDAR)
    assert calendar is not None
    assert (calendar.state, calendar.attributes["message"]) == ("on", "Rapid-acting insulin 4 U")
    left = NOON + timedelta(hours=1) - datetime.now(UTC)
    await pass_time(seconds=left.total_seconds() - 1)
    assert state(hass, CALENDAR) == "on"
    await pass_time(seconds=2)
    assert state(hass, CALENDAR) == "off"


async def test_ids_are_the_same_whatever_the_range_and_differ_between_equals(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    for _ in range(2):
        patient.add_entry(RAPID, at=NOON - timedelta(hours=2), amount=4)
    patient.add_entry(RAPID, at=NOON - timedelta(hours=1), amount=4)
    await set_up_and_read(hass, own_account, pass_time)
    entity = hass.data["calendar"].get_entity(CALENDAR)
    whole_day = await entity.async_get_events(hass, NOON - timedelta(days=1), NOON)
    hour = await entity.async_get_events(hass, NOON - timedelta(hours=1), NOON)
    assert len({event.uid for event in whole_day}) == 3
    assert [event.uid for event in hour] == [whole_day[-1].uid]


async def test_an_entry_while_the_clocks_are_set_back_does_not_hide_the_others(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("Australia/Sydney")
    back = datetime(2026, 4, 4, 16, tzinfo=UTC)
    await set_up_and_read(hass, own_account, pass_time)
    entity = hass.data["calendar"].get_entity(CALENDAR)
    before, at, after = (
        models.DiaryEntry(
            kind=models.EntryKind.NOTE,
            wall=(moment + timedelta(hours=11)).replace(tzinfo=None),
            at=moment,
            text="x",
            precision=models.Precision.MINUTE,
        )
        for moment in (back - timedelta(minutes=30), back - timedelta(minutes=3), back + timedelta(hours=2))
    )
    await keep(entity.person, before, at, after)
    shown = await events(hass, back - timedelta(days=1), back + timedelta(days=1))
    assert [each["start"][11:] for each in shown] == ["02:30:00+11:00", "02:57:00+11:00", "04:00:00+10:00"]


async def test_what_a_test_strip_measured_is_read_in_the_persons_unit(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    await set_up_and_read(hass, own_account, pass_time)
    entity = hass.data["calendar"].get_entity(CALENDAR)
    entries = tuple(
        models.DiaryEntry(
            kind=kind,
            wall=NOON.replace(tzinfo=None),
            at=NOON - timedelta(hours=hours),
            amount=amount,
            text=text,
            precision=models.Precision.MINUTE,
        )
        for hours, kind, amount, text in (
            (5, models.EntryKind.BLOOD_GLUCOSE, 115.0, ""),
            (4, models.EntryKind.BLOOD_GLUCOSE, None, "HI"),
            (3, models.EntryKind.KETONES, 0.3, ""),
        )
    )
    await keep(entity.person, *entries)
    assert [each["summary"] for each in await today(hass)] == [
        "Blood glucose 115 mg/dL",
        "Blood glucose HI",
        "Ketones 0.3 mmol/L",
    ]


async def test_without_a_history_the_last_entries_are_there_all_the_same(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(hours=5), amount=45)
    await set_up_and_read(hass, own_account, pass_time)
    (entry,) = hass.config_entries.async_entries("libreview")
    await entry.runtime_data.history.async_close()
    assert [each["summary"] for each in await today(hass)] == ["Carbohydrates 45 g"]


async def test_entries_older_than_all_reports_are_there_after_a_file_told_them(
    hass: HomeAssistant, own_account: Account, pass_time: PassTime
) -> None:
    await set_up_and_read(hass, own_account, pass_time)
    entity = hass.data["calendar"].get_entity(CALENDAR)
    long_ago = NOON - timedelta(days=700)
    note = models.DiaryEntry(
        kind=models.EntryKind.NOTE,
        wall=long_ago.replace(tzinfo=None),
        at=long_ago,
        text="First sensor",
        precision=models.Precision.MINUTE,
    )
    await keep(entity.person, note)
    shown = await events(hass, long_ago - timedelta(days=1), long_ago + timedelta(days=1))
    assert [each["description"] for each in shown] == ["First sensor"]


async def test_an_empty_diary_is_an_empty_calendar(
    hass: HomeAssistant, own_account: Account, pass_time: PassTime
) -> None:
    await set_up(hass, own_entry_of(own_account))
    assert state(hass, CALENDAR) == "off"
    assert not await today(hass)
    await pass_time(seconds=30)
    assert state(hass, CALENDAR) == "off"
    assert not await today(hass)


async def test_the_calendar_speaks_home_assistants_language(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(hours=1), amount=45)
    translation.async_setup(hass)  # As every start of Home Assistant does.
    await set_up_and_read(hass, own_account, pass_time)
    await hass.config.async_update(language="de")
    await hass.async_block_till_done(wait_background_tasks=True)
    translated = json.loads((TRANSLATIONS / "de.json").read_text())
    (meal,) = await today(hass)
    kinds = translated["entity"]["event"]["diary"]["state_attributes"]["event_type"]["state"]
    assert meal["summary"] == f"{kinds['carbohydrates']} 45 g"
