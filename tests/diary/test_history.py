"""The entries of a diary are those of the history, and those of the last report while it cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview import backup
from custom_components.libreview.const import DOMAIN
from custom_components.libreview.models import EntryKind
from tests.cloud_double import CloudDouble, Person
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary import DIARY, ago, diary, dose, entries, restart
from tests.support.event_recorder import Heard
from tests.support.history import close_file, read_only
from tests.support.states import state
from tests.support.stored_history import keep, kept, written

CARBOHYDRATES_TODAY = "sensor.jamie_sample_carbohydrates_today"


def file_of(hass: HomeAssistant, entry: MockConfigEntry) -> Path:
    return Path(hass.config.path(".storage", f"{DOMAIN}.{entry.entry_id}.history.db"))


@contextmanager
def unusable(hass: HomeAssistant, entry: MockConfigEntry) -> Iterator[None]:
    """A disk that lets nobody at the history."""
    if hasattr(entry, "runtime_data"):
        close_file(entry.runtime_data.history)
    path = file_of(hass, entry)
    aside = path.rename(path.with_suffix(".aside")) if path.exists() else None
    path.mkdir()
    yield
    path.rmdir()
    if aside is not None:
        aside.rename(path)


@pytest.fixture
def heard(hass: HomeAssistant) -> Heard:
    """What the diary event tells from now on."""
    return Heard.listen(hass, DIARY)


async def test_a_dose_that_the_history_cannot_take_counts_today_and_is_kept_with_the_next_report(
    hass: HomeAssistant, diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    before = dose(patient)
    await pass_time(minutes=80)
    with unusable(hass, diary_read):
        amount = dose(patient)
        await pass_time(minutes=80)
        assert [each.amount for each in entries(diary_read)] == [before, amount]
        assert state(hass, CARBOHYDRATES_TODAY) == f"{before + amount:g}"
        diary_read.runtime_data.history.async_notify_changed(patient.patient_id)
        await hass.async_block_till_done(wait_background_tasks=True)
    diary_read.runtime_data.history.async_notify_changed(patient.patient_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [each.amount for each in entries(diary_read)] == [before, amount], "the history still lacks it"

    await pass_time(minutes=80)

    assert [each.amount for each in (await kept(diary_read, patient))[1]] == [before, amount]
    assert heard.amounts == [before, amount]


async def test_a_dose_that_the_history_lacks_is_never_quietly_left_out(
    hass: HomeAssistant, diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    before = dose(patient)
    await pass_time(minutes=80)
    with read_only(diary_read.runtime_data.history):
        amount = dose(patient)
        await pass_time(minutes=80)
        assert state(hass, CARBOHYDRATES_TODAY) == f"{before + amount:g}"
        diary_read.runtime_data.history.async_notify_changed(patient.patient_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert state(hass, CARBOHYDRATES_TODAY) == f"{before + amount:g}"
    entry = await restart(hass, diary_read)
    assert [each.amount for each in entries(entry)] == [before]
    assert state(hass, CARBOHYDRATES_TODAY) == "unknown"

    await pass_time(minutes=6)

    assert state(hass, CARBOHYDRATES_TODAY) == f"{before + amount:g}"
    assert heard.amounts == [before, amount]


async def test_a_first_report_that_the_history_cannot_take_is_read_again_as_far_back(
    hass: HomeAssistant,
    own_entry: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    heard: Heard,
    pass_time: PassTime,
) -> None:
    amount = dose(patient, ago(days=30))
    with unusable(hass, own_entry):
        await set_up(hass, own_entry)
        await pass_time(seconds=30)
        assert [each.amount for each in entries(own_entry)] == [amount]
    entry = await restart(hass, own_entry)
    assert not entries(entry)
    assert state(hass, CARBOHYDRATES_TODAY) == "unknown", "what was lost has not been read"

    await pass_time(minutes=6)

    assert cloud.report_orders[-1].first.date() == ago(days=90).date()
    assert [each.amount for each in (await kept(entry, patient))[1]] == [amount]
    assert not heard.told


async def test_after_the_history_was_lost_everything_is_read_again_and_nothing_told_again(
    hass: HomeAssistant, diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    amounts = [dose(patient, ago(days=2)), dose(patient)]
    await pass_time(minutes=80)
    await hass.config_entries.async_unload(diary_read.entry_id)
    file_of(hass, diary_read).unlink()

    entry = await restart(hass, diary_read)
    assert state(hass, CARBOHYDRATES_TODAY) == "unknown"
    await pass_time(minutes=6)

    assert [each.amount for each in entries(entry)] == amounts
    assert heard.amounts == amounts


async def test_after_the_history_was_lost_under_way_the_next_report_brings_everything(
    hass: HomeAssistant, diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    amounts = [dose(patient, ago(days=1)), dose(patient)]
    await pass_time(hours=12, step=900)
    assert heard.amounts == amounts
    await pass_time(days=6, step=2 * 3600)
    close_file(diary_read.runtime_data.history)
    file_of(hass, diary_read).unlink()

    await pass_time(minutes=80)

    assert [each.amount for each in entries(diary_read)] == amounts
    assert [each.amount for each in (await kept(diary_read, patient))[1]] == amounts
    assert heard.amounts == amounts


async def test_a_dose_does_not_wait_for_the_end_of_a_backup(
    hass: HomeAssistant, diary_read: MockConfigEntry, patient: Person, heard: Heard, pass_time: PassTime
) -> None:
    await backup.async_pre_backup(hass)
    amount = dose(patient)
    await pass_time(minutes=80)
    assert heard.amounts == [amount]
    assert state(hass, CARBOHYDRATES_TODAY) == f"{amount:g}"

    await backup.async_post_backup(hass)
    await pass_time(minutes=80)

    assert [each.amount for each in (await kept(diary_read, patient))[1]] == [amount]
    assert heard.amounts == [amount]


async def test_an_entry_of_a_file_counts_today(
    hass: HomeAssistant, diary_read: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    amount = dose(patient)
    await pass_time(minutes=80)
    at = datetime.now(UTC) - timedelta(minutes=10)
    wall = (at + timedelta(hours=2)).replace(tzinfo=None)

    meal = written(EntryKind.CARBOHYDRATES, at, amount=7.0, wall=wall)
    await keep(hass, diary_read, patient, entries=[meal])

    assert entries(diary_read)[-1] == meal
    assert state(hass, CARBOHYDRATES_TODAY) == f"{amount + 7:g}"
    await pass_time(minutes=80)
    assert meal in entries(diary_read), "a report does not speak of what a file told"
    assert diary(diary_read).problem is None
