"""What is told of a diary, and what is known of it."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import CloudDouble, Person, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary import (
    DIARY,
    ago,
    diary,
    dose,
    entries,
    restart,
)
from tests.support.event_recorder import Heard
from tests.support.states import state

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    """Home Assistant and the person live in the same zone."""
    await hass.config.async_set_time_zone("Europe/Berlin")


@pytest.fixture
def heard(hass: HomeAssistant) -> Heard:
    """What the diary event tells from now on."""
    return Heard.listen(hass, DIARY)


# What is told.


async def test_what_is_new_is_told_once(
    diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    amounts = []
    for _ in range(6):
        amounts.append(dose(patient))
        await pass_time(hours=2)
    assert heard.amounts == amounts


async def test_entries_are_told_in_the_order_of_time_after_they_are_shown(
    hass: HomeAssistant, diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    shown: list[str] = []
    diary(diary_read).async_listen_for_entries(
        patient.patient_id,
        lambda new: shown.append(state(hass, "sensor.jamie_sample_last_note")),
    )
    patient.add_entry("note", at=ago(hours=1), text="second")
    patient.add_entry("note", at=ago(hours=4), text="first")
    patient.add_entry("rapid_acting_insulin", at=ago(hours=2))
    await pass_time(minutes=80)
    assert [(each.kind, each.text) for each in heard.told] == [
        ("note", "first"),
        ("rapid_acting_insulin", ""),
        ("note", "second"),
    ]
    assert shown == ["second"]


async def test_what_a_phone_uploads_late_is_told(
    diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    late = dose(patient, ago(hours=1), uploaded=ago(hours=-40))
    later = dose(patient, ago(hours=2), uploaded=ago(hours=-20))
    await pass_time(hours=18, step=900)
    assert not heard.told
    await pass_time(hours=24, step=900)
    assert heard.amounts == [later, late]


async def test_what_a_phone_uploads_after_days_without_connection_is_told(
    diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    patient.pause(ago(), ago(hours=-24 * 5))
    at_once = dose(patient, ago(hours=-2), uploaded=ago(hours=-24 * 5))
    await pass_time(days=4, step=2 * 3600)
    assert not heard.told
    await pass_time(days=2, step=2 * 3600)
    assert heard.amounts == [at_once]


async def test_nothing_is_told_twice_across_restarts_and_reloads(
    hass: HomeAssistant, diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    amount, entry = dose(patient), diary_read
    await pass_time(minutes=80)
    for _ in range(3):
        entry = await restart(hass, entry)
        await pass_time(minutes=80)
        await hass.config_entries.async_reload(entry.entry_id)
        await pass_time(minutes=80)
    assert heard.amounts == [amount]
    assert [each.amount for each in entries(entry)] == [amount]


async def test_what_is_new_after_a_restart_is_told(
    hass: HomeAssistant, diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    await hass.config_entries.async_unload(diary_read.entry_id)
    amount = dose(patient)
    await pass_time(hours=5)
    await restart(hass, diary_read)
    await pass_time(seconds=30)
    assert heard.amounts == [amount]


async def test_a_diary_in_another_order_and_another_spelling_has_nothing_new(
    diary_read: MockConfigEntry, cloud: CloudDouble, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    amounts = [dose(patient, ago(hours=hours)) for hours in (3, 2, 1)]
    await pass_time(minutes=80)
    patient.diary.reverse()
    cloud.edit_report = lambda report: (
        report | {"Data": report["Data"] | {"Days": report["Data"]["Days"][::-1]}}
    )
    await pass_time(minutes=80)
    assert heard.amounts == amounts
    assert [each.amount for each in entries(diary_read)] == amounts


async def test_a_changed_entry_is_told_and_replaces_the_former(
    diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    before, at = dose(patient), ago()
    await pass_time(minutes=80)
    patient.diary.clear()
    after = dose(patient, at)
    await pass_time(minutes=80)
    assert heard.amounts == [before, after]
    assert [each.amount for each in entries(diary_read)] == [after]


async def test_a_deleted_entry_is_gone_and_may_come_back_in_silence(
    diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    amount = dose(patient)
    await pass_time(minutes=80)
    kept, patient.diary = patient.diary, []
    await pass_time(minutes=80)
    assert not entries(diary_read)
    patient.diary = kept
    await pass_time(minutes=80)
    assert [each.amount for each in entries(diary_read)] == heard.amounts == [amount]


async def test_readings_are_those_of_the_last_twelve_hours(
    hass: HomeAssistant, own_entry: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    await set_up(hass, own_entry)
    await pass_time(hours=3)
    readings = diary(own_entry).data[patient.patient_id].readings
    assert {reading.mg_dl for reading in readings} == {120}
    assert timedelta(hours=11) < readings[-1].at - readings[0].at <= timedelta(hours=12)
    assert ago(minutes=80) < readings[-1].at <= ago()


async def test_the_newest_reading_stays_when_there_are_no_more(
    diary_read: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    newest = diary(diary_read).data[patient.patient_id].readings[-1]
    cloud.pause(patient)
    await pass_time(days=5, step=2 * 3600)
    assert [each.at for each in diary(diary_read).data[patient.patient_id].readings] == [
        pytest.approx(newest.at, abs=timedelta(minutes=5))
    ]


async def test_without_any_device_the_diary_is_empty_and_shows_no_problem(
    hass: HomeAssistant,
    own_entry: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    heard: Heard,
    pass_time: PassTime,
) -> None:
    patient.has_reading = False
    await set_up(hass, own_entry)
    await pass_time(hours=3)
    assert diary(own_entry).problem is None
    assert diary(own_entry).data[patient.patient_id].read_at is not None
    assert not cloud.requests("reports")
    amount = dose(patient)
    await pass_time(minutes=80)
    assert cloud.report_orders[0].first.date() == ago(days=90).date()
    assert heard.amounts == [amount]


async def test_devices_that_vanish_from_the_settings_for_days_cost_nothing_of_those_days(
    hass: HomeAssistant,
    diary_read: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    heard: Heard,
    pass_time: PassTime,
) -> None:
    cloud.fail_always("report_settings", faults.answer({"status": 0, "data": {"dataSources": {}}}))
    amount = dose(patient)
    await pass_time(days=4, step=2 * 3600)
    assert state(hass, "sensor.jamie_sample_carbohydrates_today") == "unknown"
    cloud.heal()
    await pass_time(minutes=80)
    assert heard.amounts == [amount]


async def test_what_is_learnt_while_an_account_is_unloaded_is_told_later(
    hass: HomeAssistant, diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    await pass_time(minutes=10)
    amount = dose(patient)
    diary_read.mock_state(hass, ConfigEntryState.UNLOAD_IN_PROGRESS)
    await diary(diary_read).async_refresh()
    assert not entries(diary_read)
    diary_read.mock_state(hass, ConfigEntryState.LOADED)
    await pass_time(minutes=80)
    assert heard.amounts == [amount]


async def test_unknown_names_are_counted(
    hass: HomeAssistant, own_entry: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    cloud.unknown_keys = True
    await set_up(hass, own_entry)
    await pass_time(seconds=30)
    assert "Hydration" in diary(own_entry).data[patient.patient_id].unknown


# Where the phone is.


async def test_entries_are_placed_in_time_by_where_the_phone_was_seen(
    diary_read: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=1)
    patient.travel(ago(), timedelta(hours=9))
    wall = (ago() + timedelta(hours=9)).replace(tzinfo=None)
    diary_read.runtime_data.history.clocks.observe(patient.patient_id, ago(), wall, ago())
    await pass_time(hours=2)
    at = ago()
    dose(patient, at)
    await pass_time(minutes=80)
    assert entries(diary_read)[-1].at == at.replace(minute=0, second=0)


async def test_what_was_learnt_after_an_account_was_unloaded_is_told_when_it_is_back(
    hass: HomeAssistant,
    diary_read: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    heard: Heard,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=10)
    amount = dose(patient)
    answering = asyncio.Event()
    cloud.fail_next("report_page", faults.slow(answering))
    asking = hass.async_create_task(diary(diary_read).async_refresh_now())
    while not cloud.requests("report_page", ago(seconds=5)):
        await asyncio.sleep(0)
    await hass.config_entries.async_unload(diary_read.entry_id)
    answering.set()
    await asking
    assert not heard.told
    await hass.config_entries.async_setup(diary_read.entry_id)
    await pass_time(minutes=6)
    assert heard.amounts == [amount]
