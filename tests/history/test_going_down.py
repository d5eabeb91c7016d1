"""Home Assistant goes down in good order, and the recorder knows better than to carry a glucose on."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.components.recorder.tasks import CompileMissingStatisticsTask
from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorStateClass
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, STATE_UNAVAILABLE
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from tests.conftest import NOON, set_up
from tests.support.clock import PassTime

GLUCOSE = "sensor.alex_example_glucose"
MEASURED = (GLUCOSE, "sensor.alex_example_change_5_min", "sensor.alex_example_rate_of_change")


async def go_down(hass: HomeAssistant) -> None:
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await async_wait_recording_done(hass)


async def test_hours_of_being_down_have_no_statistics(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    await set_up(hass, entry)
    await pass_time(minutes=20)
    assert hass.states.is_state(GLUCOSE, "120")
    await go_down(hass)
    hass.set_state(CoreState.running)
    freezer.move_to(NOON + timedelta(hours=6, minutes=12))
    recorder_mock.queue_task(CompileMissingStatisticsTask())
    await async_wait_recording_done(hass)
    read = await recorder_mock.async_add_executor_job(
        lambda: statistics_during_period(hass, NOON, None, {GLUCOSE}, "hour", None, {"mean"})
    )
    rows = {datetime.fromtimestamp(row["start"], UTC): row["mean"] for row in read[GLUCOSE]}
    assert rows == {NOON: 120}


async def test_only_what_is_measured_ends(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    before = {state.entity_id: state.state for state in hass.states.async_all()}
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    after = {state.entity_id: state.state for state in hass.states.async_all()}
    hass.set_state(CoreState.running)
    changed = {each for each in before if before[each] != after[each]}
    assert changed == {each for each in before if _is_measured(hass, each)}
    assert set(MEASURED) <= changed
    assert {after[each] for each in changed} == {STATE_UNAVAILABLE}


def _is_measured(hass: HomeAssistant, entity_id: str) -> bool:
    entry = er.async_get(hass).async_get(entity_id)
    capabilities = entry.capabilities if entry else None
    return (capabilities or {}).get(ATTR_STATE_CLASS) == SensorStateClass.MEASUREMENT
