"""What is told of a diary, and what is known of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import CloudDouble, Person, faults
from tests.conftest import set_up
from tests.diary_scene import (
    DIARY,
    PassTime,
    ago,
    diary,
    dose,
    entries,
    restart,
)
from tests.heard import Heard
from tests.shown import state

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    """Home Assistant and the person live in the same zone."""
    await hass.config.async_set_time_zone("Europe/Berlin")


@pytest.fixture
def heard(hass: HomeAssistant) -> Heard:
    """What the diary event tells from now on."""
    return Heard.listen(hass, DIARY)


@pytest.fixture
async def read(hass: HomeAssistant, own_entry: MockConfigEntry, pass_time: PassTime) -> MockConfigEntry:
    """The account, set up and its diary read for the first time."""
    await set_up(hass, own_entry)
    await pass_time(seconds=30)
    return own_entry


# What is told.


async def test_what_is_new_is_told_once(
    read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    amounts = []
    for _ in range(6):
        amounts.append(dose(patient))
        await pass_time(hours=2, step=60)
    assert heard.amounts == amounts


async def test_entries_are_told_in_the_order_of_time_after_they_are_shown(
    hass: HomeAssistant, read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    shown: list[str] = []
    diary(read).async_listen_for_entries(
        patient.patient_id,
        lambda new: shown.append(state(hass, "sensor.jamie_sample_last_note")),
    )
    patient.add_entry("note", at=ago(hours=1), text="second")
    patient.add_entry("note", at=ago(hours=4), text="first")
    patient.add_entry("rapid_acting_insulin", at=ago(hours=2))
    await pass_time(minutes=80, step=60)
    assert [(each.kind, each.text) for each in heard.told] == [
        ("note", "first"),
        ("rapid_acting_insulin", ""),
        ("note", "second"),
    ]
    assert shown == ["second"]


async def test_what_a_phone_uploads_late_is_told(
    read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    late = dose(patient, ago(hours=1), uploaded=ago(hours=-40))
    later = dose(patient, ago(hours=2), uploaded=ago(hours=-20))
    await pass_time(hours=18, step=300)
    assert not heard.told
    await pass_time(hours=24, step=300)
    assert heard.amounts == [later, late]


async def test_what_a_phone_uploads_after_days_without_connection_is_told(
    read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    patient.pause(ago(), ago(hours=-24 * 5))
    at_once = dose(patient, ago(hours=-2), uploaded=ago(hours=-24 * 5))
    await pass_time(days=4, step=900)
    assert not heard.told
    await pass_time(days=2, step=900)
    assert heard.amounts == [at_once]


async def test_nothing_is_told_twice_across_restarts_and_reloads(
    hass: HomeAssistant, read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    amount, entry = dose(patient), read
    await pass_time(minutes=80, step=60)
    for _ in range(3):
        entry = await restart(hass, entry)
        await pass_time(minutes=80, step=60)
        await hass.config_entries.async_reload(entry.entry_id)
        await pass_time(minutes=80, step=60)
    assert heard.amounts == [amount]
    assert [each.amount for each in entries(entry)] == [amount]


async def test_what_is_new_after_a_restart_is_told(
    hass: HomeAssistant, read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    await hass.config_entries.async_unload(read.entry_id)
    amount = dose(patient)
    await pass_time(hours=5, step=300)
    await restart(hass, read)
    await pass_time(seconds=30)
    assert heard.amounts == [amount]


async def test_a_diary_in_another_order_and_another_spelling_has_nothing_new(
    read: MockConfigEntry, cloud: CloudDouble, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    amounts = [dose(patient, ago(hours=hours)) for hours in (3, 2, 1)]
    await pass_time(minutes=80, step=60)
    patient.diary.reverse()
    cloud.edit_report = lambda report: (
        report | {"Data": report["Data"] | {"Days": report["Data"]["Days"][::-1]}}
    )
    await pass_time(minutes=80, step=60)
    assert heard.amounts == amounts
    assert [each.amount for each in entries(read)] == amounts


async def test_a_changed_entry_is_told_and_replaces_the_former(
    read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    before, at = dose(patient), ago()
    await pass_time(minutes=80, step=60)
    patient.diary.clear()
    after = dose(patient, at)
    await pass_time(minutes=80, step=60)
    assert heard.amounts == [before, after]
    assert [each.amount for each in entries(read)] == [after]


async def test_a_deleted_entry_is_gone_and_may_come_back_in_silence(
    read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    amount = dose(patient)
    await pass_time(minutes=80, step=60)
    kept, patient.diary = patient.diary, []
    await pass_time(minutes=80, step=60)
    assert not entries(read)
    patient.diary = kept
    await pass_time(minutes=80, step=60)
    assert [each.amount for each in entries(read)] == heard.amounts == [amount]


async def test_readings_are_those_of_the_last_twelve_hours(
    hass: HomeAssistant, own_entry: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    await set_up(hass, own_entry)
    await pass_time(hours=3, step=60)
    readings = diary(own_entry).data[patient.patient_id].readings
    assert {reading.mg_dl for reading in readings} == {120}
    assert timedelta(hours=11) < readings[-1].at - readings[0].at <= timedelta(hours=12)
    assert ago(minutes=80) < readings[-1].at <= ago()


async def test_the_newest_reading_stays_when_there_are_no_more(
    read: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    newest = diary(read).data[patient.patient_id].readings[-1]
    cloud.pause(patient)
    await pass_time(days=5, step=600)
    assert [each.at for each in diary(read).data[patient.patient_id].readings] == [
        pytest.approx(newest.at, abs=timedelta(minutes=5))
    ]


async def test_without_any_device_there_is_an_empty_diary_and_nothing_wrong(
    hass: HomeAssistant,
    own_entry: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    heard: Heard,
    pass_time: PassTime,
) -> None:
    patient.has_reading = False
    await set_up(hass, own_entry)
    await pass_time(hours=3, step=60)
    assert diary(own_entry).problem is None
    assert diary(own_entry).data[patient.patient_id].read_at is not None
    assert not cloud.requests("reports")
    amount = dose(patient)
    await pass_time(minutes=80, step=60)
    assert cloud.report_orders[0].first.date() == ago(days=90).date()
    assert heard.amounts == [amount]


async def test_devices_that_vanish_from_the_settings_for_days_cost_nothing_of_those_days(
    hass: HomeAssistant,
    read: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    heard: Heard,
    pass_time: PassTime,
) -> None:
    cloud.fail_always("report_settings", faults.answer({"status": 0, "data": {"dataSources": {}}}))
    amount = dose(patient)
    await pass_time(days=4, step=1800)
    assert state(hass, "sensor.jamie_sample_carbohydrates_today") == "unknown"
    cloud.heal()
    await pass_time(minutes=80, step=60)
    assert heard.amounts == [amount]


async def test_what_is_learnt_while_an_account_is_unloaded_is_told_later(
    hass: HomeAssistant, read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    await pass_time(minutes=10)
    amount = dose(patient)
    read.mock_state(hass, ConfigEntryState.UNLOAD_IN_PROGRESS)
    await diary(read).async_refresh()
    assert not entries(read)
    read.mock_state(hass, ConfigEntryState.LOADED)
    await pass_time(minutes=80, step=60)
    assert heard.amounts == [amount]


async def test_unknown_names_are_counted(
    hass: HomeAssistant, own_entry: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    cloud.unknown_keys = True
    await set_up(hass, own_entry)
    await pass_time(seconds=30)
    assert "Hydration" in diary(own_entry).data[patient.patient_id].unknown


# Where the phone is.


async def test_a_live_reading_tells_where_the_phone_is(
    read: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    key, feed = patient.patient_id, diary(read)
    wall = datetime.now(UTC).replace(tzinfo=None)
    feed.observe(key, datetime.now(UTC), wall + timedelta(hours=2))
    assert feed.data[key].offset is None
    await pass_time(minutes=1)
    patient.travel(ago(), timedelta(hours=9))
    feed.observe(key, ago(), wall + timedelta(hours=9, minutes=1))
    assert feed.data[key].offset == timedelta(hours=9)
    await pass_time(hours=2, step=60)
    at = ago()
    dose(patient, at)
    await pass_time(minutes=80, step=60)
    assert entries(read)[-1].at == at.replace(minute=0, second=0)


@pytest.mark.parametrize(
    ("since", "wall"), [(-3600, 32400), (0, 360000), (0, 400)], ids=["future", "nowhere", "no quarter"]
)
async def test_what_cannot_be_tells_nothing(
    read: MockConfigEntry, patient: Person, since: float, wall: float
) -> None:
    at = ago(seconds=since)
    diary(read).observe(patient.patient_id, at, at.replace(tzinfo=None) + timedelta(seconds=wall))
    diary(read).observe("a stranger", ago(), ago().replace(tzinfo=None) + timedelta(hours=9))
    assert diary(read).data[patient.patient_id].offset is None


async def test_what_was_learnt_after_an_account_was_unloaded_is_told_when_it_is_back(
    hass: HomeAssistant,
    read: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    heard: Heard,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=10)
    amount = dose(patient)
    answering = asyncio.Event()
    cloud.fail_next("report_page", faults.slow(answering))
    asking = hass.async_create_task(diary(read).async_refresh_now())
    while not cloud.requests("report_page", ago(seconds=5)):
        await asyncio.sleep(0)
    await hass.config_entries.async_unload(read.entry_id)
    answering.set()
    await asking
    assert not heard.told
    await hass.config_entries.async_setup(read.entry_id)
    await pass_time(minutes=6)
    assert heard.amounts == [amount]
