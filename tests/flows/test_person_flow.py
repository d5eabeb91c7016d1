"""Following one more person, and the settings of a followed person."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person, Uom, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import all_said, selector_of, suggested
from tests.support.forms import fill
from tests.support.person_dialogs import UNCHANGED, add, data_of, settings
from tests.support.states import state

# Following one more person.


async def test_somebody_who_newly_shares_can_be_added(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry
) -> None:
    sam = Person(first_name="Sam", curve=lambda _: 88)
    cloud.start_sharing(account, sam)
    form = await add(hass, loaded)
    assert form["step_id"] == "user"
    assert selector_of(form, "persons").config["options"] == [
        {"value": sam.patient_id, "label": "Sam Example"}
    ]
    cloud.log.clear()
    result = await fill(hass, form, persons=sam.patient_id)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert [sub.title for sub in loaded.subentries.values()] == ["Alex Example", "Sam Example"]
    assert state(hass, "sensor.sam_example_glucose") == "88"
    assert [request.endpoint for request in cloud.requests()] == ["connections", "graph", "graph"]


async def test_nobody_can_be_added_when_everyone_is_followed(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    result = await add(hass, loaded)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "nobody_else")


async def test_nobody_can_be_added_while_the_account_does_not_work(
    hass: HomeAssistant, cloud: CloudDouble, entry: MockConfigEntry
) -> None:
    cloud.fail_always("connections", faults.status(500))
    await set_up(hass, entry)
    result = await add(hass, entry)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "nobody_else")


async def test_who_stopped_sharing_while_the_dialog_was_open_is_not_added(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    sam = Person(first_name="Sam")
    cloud.start_sharing(account, sam)
    form = await add(hass, loaded)
    cloud.stop_sharing(account, sam)
    await pass_time(minutes=2)
    result = await fill(hass, form, persons=sam.patient_id)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "nobody_else")


async def test_who_stopped_sharing_is_replaced_by_a_choice_of_those_who_still_do(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    sam, kim = Person(first_name="Sam"), Person(first_name="Kim")
    cloud.start_sharing(account, sam)
    cloud.start_sharing(account, kim)
    form = await add(hass, loaded)
    cloud.stop_sharing(account, sam)
    await pass_time(minutes=2)
    form = await fill(hass, form, persons=sam.patient_id)
    assert form["type"] is FlowResultType.FORM
    assert selector_of(form, "persons").config["options"] == [
        {"value": kim.patient_id, "label": "Kim Example"}
    ]


# The settings of a person.


async def test_a_new_persons_settings_follow_the_persons_own(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    form = await settings(hass, loaded)
    assert suggested(form) == UNCHANGED
    assert all_said(form) == {
        "person": "Alex Example",
        "unit": "mg/dL",
        "very_low": "54",
        "low": "70",
        "high": "180",
        "very_high": "250",
    }
    await fill(hass, form, **UNCHANGED)
    assert data_of(loaded) == {"unit": "mg/dL", "max_age": 15}


async def test_thresholds_in_mg_dl_are_kept_as_given_and_take_effect_after_one_reload(
    hass: HomeAssistant, cloud: CloudDouble, person: Person, loaded: MockConfigEntry
) -> None:
    assert state(hass, "sensor.alex_example_range") == "in_range"
    cloud.log.clear()
    result = await fill(hass, await settings(hass, loaded), **UNCHANGED, high=110, very_high=115)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert data_of(loaded) == {"unit": "mg/dL", "max_age": 15, "high": 110, "very_high": 115}
    assert state(hass, "sensor.alex_example_range") == "very_high"
    assert [request.endpoint for request in cloud.requests()] == ["connections", "graph"]
    assert suggested(await settings(hass, loaded)) == UNCHANGED | {"high": 110, "very_high": 115}


@pytest.fixture
async def in_mmol_l(hass: HomeAssistant, account: Account, entry: MockConfigEntry) -> MockConfigEntry:
    """The account set up, read in mmol/L."""
    account.uom = Uom.MMOL_L
    return await set_up(hass, entry)


async def test_thresholds_in_mmol_l_are_kept_in_mg_dl_and_shown_as_they_were_given(
    hass: HomeAssistant, in_mmol_l: MockConfigEntry
) -> None:
    form = await settings(hass, in_mmol_l)
    assert all_said(form) == {
        "person": "Alex Example",
        "unit": "mmol/L",
        "very_low": "3",
        "low": "3.9",
        "high": "10",
        "very_high": "13.9",
    }
    given = {"very_low": 3.0, "low": 3.9, "high": 10.0, "very_high": 13.9}
    await fill(hass, form, **UNCHANGED, **given)
    assert data_of(in_mmol_l) == {
        "unit": "mmol/L",
        "max_age": 15,
        "very_low": 54,
        "low": 70,
        "high": 180,
        "very_high": 251,
    }
    assert suggested(await settings(hass, in_mmol_l)) == UNCHANGED | given


async def test_a_threshold_in_mg_dl_survives_a_look_in_mmol_l(
    hass: HomeAssistant, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    await fill(hass, await settings(hass, loaded), **UNCHANGED, low=71)
    account.uom = Uom.MMOL_L
    await pass_time(minutes=2)
    form = await settings(hass, loaded)
    assert suggested(form) == UNCHANGED | {"low": 3.9}
    await fill(hass, form, **UNCHANGED, low=3.9)
    assert data_of(loaded)["low"] == 71


async def test_a_cleared_threshold_follows_the_persons_own_again(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    await fill(hass, await settings(hass, loaded), **UNCHANGED, high=110)
    assert state(hass, "sensor.alex_example_range") == "high"
    await fill(hass, await settings(hass, loaded), **UNCHANGED)
    assert "high" not in data_of(loaded)
    assert state(hass, "sensor.alex_example_range") == "in_range"


@pytest.mark.parametrize(
    "thresholds",
    [
        {"low": 180, "high": 120},
        {"very_low": 70},
        {"high": 250},
        {"very_low": 80, "low": 80},
    ],
)
async def test_thresholds_out_of_order_are_refused_and_can_be_put_right(
    hass: HomeAssistant, loaded: MockConfigEntry, thresholds: dict[str, int]
) -> None:
    before = data_of(loaded)
    form = await fill(hass, await settings(hass, loaded), max_age=20, sensor_life="15", **thresholds)
    assert form["errors"] == {"base": "thresholds_order"}
    assert suggested(form) == {"max_age": 20, "sensor_life": "15"} | thresholds
    assert data_of(loaded) == before
    await fill(hass, form, max_age=20, sensor_life="15", low=80, high=160)
    assert data_of(loaded) == {"unit": "mg/dL", "max_age": 20, "sensor_life": 15, "low": 80, "high": 160}


async def test_the_maximum_age_takes_effect(
    hass: HomeAssistant, person: Person, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    await fill(hass, await settings(hass, loaded), max_age=5, sensor_life="automatic")
    person.pause(datetime.now(UTC))
    await pass_time(minutes=3, seconds=30)  # The newest reading is of a minute ago.
    assert state(hass, "sensor.alex_example_glucose") == "120"
    await pass_time(minutes=1)
    assert state(hass, "sensor.alex_example_glucose") == "unknown"


async def test_the_life_of_a_sensor_takes_effect(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    expires = "sensor.alex_example_sensor_expires"
    before = datetime.fromisoformat(state(hass, expires))
    await fill(hass, await settings(hass, loaded), max_age=15, sensor_life="15")
    assert datetime.fromisoformat(state(hass, expires)) - before == timedelta(days=1)
    assert suggested(await settings(hass, loaded)) == {"max_age": 15, "sensor_life": "15"}
    await fill(hass, await settings(hass, loaded), max_age=15, sensor_life="automatic")
    assert datetime.fromisoformat(state(hass, expires)) == before


async def test_settings_can_be_changed_while_the_cloud_is_away(
    hass: HomeAssistant, cloud: CloudDouble, in_mmol_l: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    await fill(hass, await settings(hass, in_mmol_l), **UNCHANGED, low=4.0)
    cloud.fail_always("connections", faults.status(500))
    await hass.config_entries.async_reload(in_mmol_l.entry_id)
    await hass.async_block_till_done()
    assert in_mmol_l.state is ConfigEntryState.LOADED
    form = await settings(hass, in_mmol_l)
    assert all_said(form)["unit"] == "mmol/L"
    assert suggested(form) == UNCHANGED | {"low": 4.0}
    result = await fill(hass, form, **UNCHANGED, low=4.1)
    assert result["reason"] == "reconfigure_successful"
    assert data_of(in_mmol_l)["low"] == 73
