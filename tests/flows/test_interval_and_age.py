"""How often the cloud is asked goes together with when a reading is too old, whichever dialog is opened."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.support.clock import PassTime
from tests.support.dialogs import all_said
from tests.support.forms import fill
from tests.support.person_dialogs import UNCHANGED, data_of, settings
from tests.support.states import state

OPTIONS = {"kept_days": 400, "follow_everybody": False}


async def choose_interval(hass: HomeAssistant, entry: MockConfigEntry, seconds: float) -> Any:
    form = await hass.config_entries.options.async_init(entry.entry_id)
    result = await hass.config_entries.options.async_configure(
        form["flow_id"], {**OPTIONS, "interval": seconds}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def choose_age(hass: HomeAssistant, entry: MockConfigEntry, minutes: float) -> Any:
    return await fill(hass, await settings(hass, entry), **{**UNCHANGED, "max_age": minutes})


@pytest.mark.parametrize(("minutes", "most"), [(5, 100), (15, 300), (30, 600)])
async def test_an_interval_of_more_than_a_third_of_the_age_is_refused_and_the_form_says_what_goes(
    hass: HomeAssistant, loaded: MockConfigEntry, minutes: int, most: int
) -> None:
    await choose_age(hass, loaded, minutes)
    if most < 600:
        result = await choose_interval(hass, loaded, most + 10)
        assert result["errors"] == {"base": "interval_too_long"}
        assert all_said(result) == {
            "person": "Alex Example",
            "minutes": str(minutes),
            "seconds": str(most),
        }
        assert "interval" not in loaded.options
    result = await choose_interval(hass, loaded, most)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options["interval"] == most


@pytest.mark.parametrize(("seconds", "least"), [(100, 5), (300, 15), (310, 16), (600, 30)])
async def test_an_age_of_less_than_three_intervals_is_refused_and_the_form_says_what_goes(
    hass: HomeAssistant, loaded: MockConfigEntry, seconds: int, least: int
) -> None:
    await choose_age(hass, loaded, 60)
    await choose_interval(hass, loaded, seconds)
    if least > 5:
        result = await choose_age(hass, loaded, least - 1)
        assert result["errors"] == {"base": "age_too_short"}
        placeholders = all_said(result)
        assert (placeholders["seconds"], placeholders["minutes"]) == (str(seconds), str(least))
        assert data_of(loaded)["max_age"] == 60
    assert (await choose_age(hass, loaded, least))["type"] is FlowResultType.ABORT
    assert data_of(loaded)["max_age"] == least


@pytest.mark.parametrize("number", ["nan", "inf"])
@pytest.mark.parametrize("choose", [choose_age, choose_interval])
async def test_what_is_no_number_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, choose: Any, number: Any
) -> None:
    with pytest.raises(InvalidData):
        await choose(hass, loaded, number)


async def test_settings_of_an_earlier_version_that_contradict_each_other_leave_no_hole_in_the_data(
    hass: HomeAssistant, entry: MockConfigEntry, pass_time: PassTime
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={"interval": 600})
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, "max_age": 5})
    await hass.config_entries.async_setup(entry.entry_id)
    for _ in range(30):
        await pass_time(minutes=1)
        assert state(hass, "binary_sensor.alex_example_no_current_data") == "off"
