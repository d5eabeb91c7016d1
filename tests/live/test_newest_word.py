"""What the cloud told last is what counts: values, values taken back, and measurements without one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from aiohttp import web
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.history.store import Store
from custom_components.libreview.live.gap_filling import SHORTEST_GAP
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.cloud_double.faults import TrueAnswer
from tests.cloud_double.person import Sensor
from tests.cloud_double.wire import us_time
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.restart import restarted
from tests.support.states import measured_at, state
from tests.support.wrong_phone import set_phone_clocks

GLUCOSE = "sensor.alex_example_glucose"
LOW, VERY_LOW = "binary_sensor.alex_example_low_glucose", "binary_sensor.alex_example_very_low_glucose"
STALE = "binary_sensor.alex_example_no_current_data"

type Edit = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def with_newest(**changed: Any) -> Edit:
    """Return an edit of the connections by which both tellings of the newest measurement are changed."""

    def edit(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            each | {name: each[name] | changed for name in ("glucoseMeasurement", "glucoseItem")}
            for each in data
        ]

    return edit


@pytest.mark.parametrize("number", [None, 0, "LO", 5], ids=repr)
async def test_lo_without_a_usable_number_is_very_low(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime, number: object
) -> None:
    cloud.edit_connections = with_newest(ValueInMgPerDl=number, Value=number, isLow=True)
    await pass_time(minutes=2)
    assert [state(hass, each) for each in (GLUCOSE, LOW, VERY_LOW, STALE)] == ["40", "on", "on", "off"]


async def test_a_newer_measurement_without_a_value_ends_what_was_before(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await pass_time(minutes=2)
    cloud.edit_connections = with_newest(ValueInMgPerDl=None, Value=None)
    await pass_time(minutes=2)
    assert [state(hass, each) for each in (GLUCOSE, LOW, STALE)] == ["unknown", "unknown", "on"]
    cloud.edit_connections = None
    await pass_time(minutes=2)
    assert [state(hass, each) for each in (GLUCOSE, LOW, STALE)] == ["120", "off", "off"]


async def test_an_older_answer_does_not_bring_back_what_a_measurement_without_a_value_has_ended(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await pass_time(minutes=2)
    older = us_time(datetime.now(UTC) - timedelta(minutes=1))
    cloud.edit_connections = with_newest(ValueInMgPerDl=None, Value=None)
    await pass_time(minutes=2)
    cloud.edit_connections = with_newest(FactoryTimestamp=older)
    await pass_time(minutes=2)
    assert [state(hass, each) for each in (GLUCOSE, STALE)] == ["unknown", "on"]


async def test_a_value_that_is_taken_back_is_not_current_until_it_is_told_again(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=2)
    person.pause(datetime.now(UTC))
    cloud.edit_connections = with_newest(ValueInMgPerDl=None, Value=None)
    await pass_time(minutes=2)
    assert [state(hass, each) for each in (GLUCOSE, STALE)] == ["unknown", "on"]
    cloud.edit_connections = None
    await pass_time(minutes=2)
    assert [state(hass, each) for each in (GLUCOSE, STALE)] == ["120", "off"]


async def test_after_a_restart_without_the_cloud_a_value_that_was_taken_back_is_not_current(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=2)
    cloud.edit_connections = with_newest(ValueInMgPerDl=None, Value=None)
    await pass_time(minutes=3)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    cloud.fail_always("*", faults.dropped())
    await set_up(hass, restarted(hass, loaded))
    assert [state(hass, each) for each in (GLUCOSE, STALE)] == ["unknown", "on"]


async def test_a_measurement_of_the_future_without_a_value_ends_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    ahead = us_time(datetime.now(UTC) + timedelta(hours=1))
    cloud.edit_connections = with_newest(FactoryTimestamp=ahead, ValueInMgPerDl=None, Value=None)
    await pass_time(minutes=5)
    assert state(hass, GLUCOSE) == "120"


async def test_the_item_is_shown_while_there_is_no_measurement(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    cloud.edit_connections = lambda data: [each | {"glucoseMeasurement": None} for each in data]
    person.curve = lambda _: 65
    await pass_time(minutes=20)
    assert [state(hass, each) for each in (GLUCOSE, LOW, STALE)] == ["65", "on", "off"]


@pytest.mark.parametrize("mg_dl", [50, 150])
async def test_a_value_that_is_corrected_is_corrected_wherever_it_is_shown_or_kept(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    person: Person,
    pass_time: PassTime,
    mg_dl: int,
) -> None:
    await pass_time(minutes=2)
    person.pause(datetime.now(UTC))
    await pass_time(minutes=2)
    assert state(hass, GLUCOSE) == "120"
    told = measured_at(hass)
    cloud.edit_connections = with_newest(ValueInMgPerDl=mg_dl, Value=mg_dl)
    await pass_time(minutes=2)
    assert state(hass, GLUCOSE) == str(mg_dl)
    at = int(told.timestamp())
    kept = await loaded.runtime_data.history.async_run(Store.readings, person.patient_id, at, at + 1)
    assert [each.reading.mg_dl for each in kept] == [mg_dl]


async def test_the_graphs_copy_does_not_take_back_what_a_poll_told(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    told = datetime.now(UTC)
    cloud.edit_connections = with_newest(ValueInMgPerDl=60, Value=60)
    await pass_time(minutes=40)
    assert cloud.requests("graph", told)
    live = loaded.runtime_data.live.data[person.patient_id]
    assert {each.mg_dl for each in live.readings if each.at > told} == {60}


@pytest.mark.parametrize("number", [14, 39, 501, 605, 999, 1000])
async def test_what_no_sensor_can_measure_is_never_shown_and_ends_what_was_before(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime, number: int
) -> None:
    await pass_time(minutes=2)
    cloud.edit_connections = with_newest(ValueInMgPerDl=number, Value=number)
    await pass_time(minutes=2)
    assert [state(hass, each) for each in (GLUCOSE, LOW, STALE)] == ["unknown", "unknown", "on"]


async def test_a_sensor_that_starts_in_the_future_does_not_silence_the_missing_data(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    status = "sensor.alex_example_sensor_status"
    person.sensor = Sensor(activated=datetime.now(UTC) + timedelta(hours=20))
    await pass_time(minutes=2)
    assert state(hass, status) == "active"
    person.pause(datetime.now(UTC))
    await pass_time(minutes=20)
    assert [state(hass, each) for each in (status, STALE)] == ["signal_lost", "on"]


async def test_a_phone_whose_clock_is_ahead_has_no_current_value_and_leaves_none_behind(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=30)
    since = datetime.now(UTC)
    person.curve = lambda at: 171 if at < since + timedelta(minutes=15) else 61
    set_phone_clocks(cloud, since, timedelta(minutes=40))
    await pass_time(minutes=16)
    for _ in range(22):
        await pass_time(minutes=1)
        assert [state(hass, each) for each in (GLUCOSE, STALE)] == ["unknown", "on"]
    cloud.heal()
    await pass_time(minutes=2)
    assert [state(hass, each) for each in (GLUCOSE, STALE)] == ["61", "off"]


async def test_what_the_curve_tells_before_a_poll_does_leaves_no_hole(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=30)
    began = datetime.now(UTC)
    person.pause(began)
    await pass_time(hours=1)

    async def back_at_this_moment(_: Any, truth: TrueAnswer) -> web.StreamResponse:
        person.resume(datetime.now(UTC))
        return await truth()

    cloud.fail_next("graph", back_at_this_moment)
    await pass_time(hours=1.5)
    span = (int(began.timestamp()), int(datetime.now(UTC).timestamp()))
    kept = await loaded.runtime_data.history.async_run(Store.readings, person.patient_id, *span)
    assert max(later.reading.at - each.reading.at for each, later in pairwise(kept)) <= SHORTEST_GAP


@pytest.mark.parametrize("mg_dl", [120, 60])
@pytest.mark.parametrize("value", ["stands still", "missing"])
async def test_what_is_uploaded_late_arrives_by_the_graph_though_the_newest_value_does_not_move(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    person: Person,
    pass_time: PassTime,
    value: str,
    mg_dl: int,
) -> None:
    person.curve = lambda _: mg_dl
    await pass_time(minutes=30)
    silent = datetime.now(UTC)
    person.pause(silent)
    if value == "missing":
        names = ("glucoseMeasurement", "glucoseItem")
        cloud.edit_connections = lambda data: [each | dict.fromkeys(names) for each in data]
    cloud.log.clear()
    await pass_time(hours=1)
    late = datetime.now(UTC) - timedelta(minutes=5)
    point = {"FactoryTimestamp": us_time(late), "type": 0, "ValueInMgPerDl": 61}
    cloud.edit_graph = lambda graph: graph | {"graphData": [*graph["graphData"], point]}
    await pass_time(hours=1)
    last = measured_at(hass)
    assert last == late.replace(microsecond=0)
    assert 4 <= len(cloud.requests("graph")) <= 8  # Every twenty minutes, and once the value moves on.


async def test_no_graph_is_asked_for_of_somebody_who_shares_no_longer(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=30)
    cloud.stop_sharing(account, person)
    cloud.log.clear()
    await pass_time(hours=1)
    assert not cloud.requests("graph")
