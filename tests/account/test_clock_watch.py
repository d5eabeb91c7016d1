"""Time jumps: the machine slept, or the clock was set."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.account import clock_watch
from custom_components.libreview.account.clock_watch import ClockWatch
from custom_components.libreview.history.store import Store
from tests.cloud_double import CloudDouble, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.states import state

GLUCOSE, NO_DATA = "sensor.alex_example_glucose", "binary_sensor.alex_example_no_current_data"


@pytest.mark.parametrize(
    ("wall", "monotonic", "jumps"),
    [(5, 5, 0), (7200, 5, 1), (-7200, 5, 1), (7200, 7200, 0), (9, 5, 0)],
    ids=["none", "a sleep", "set back", "a blocked loop", "adjusted"],
)
def test_only_clocks_that_part_have_jumped(
    monkeypatch: pytest.MonkeyPatch, wall: float, monotonic: float, jumps: int
) -> None:
    now = {"wall": 1e9, "monotonic": 500.0}
    monkeypatch.setattr(clock_watch, "time", lambda: now["wall"])
    monkeypatch.setattr(clock_watch, "monotonic", lambda: now["monotonic"])
    jumped: list[float] = []
    watch = ClockWatch(jumped.append)
    now["wall"] += wall
    now["monotonic"] += monotonic
    watch.check()
    watch.check()
    assert jumped == [wall - monotonic] * jumps


@pytest.mark.parametrize("polls", [True, False], ids=["polling", "polling disabled"])
async def test_after_a_sleep_an_old_value_is_shown_as_none_at_once(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
    polls: bool,
) -> None:
    await set_up(hass, entry)
    hass.config_entries.async_update_entry(entry, pref_disable_polling=not polls)
    await pass_time(minutes=5)
    cloud.fail_always("*", faults.status(503))
    freezer.tick(timedelta(hours=2))  # No timer has rung.
    assert state(hass, NO_DATA) == "off"
    entry.runtime_data.async_on_clock_jump(7200)
    assert (state(hass, GLUCOSE), state(hass, NO_DATA)) == ("unknown", "on")


@pytest.mark.parametrize(
    "halt", [faults.version_refused("5.0.0"), faults.status(503)], ids=["halted", "no answer"]
)
async def test_a_clock_that_is_set_back_makes_no_old_value_young_while_the_cloud_cannot_tell_the_time(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
    halt: faults.Fault,
) -> None:
    await pass_time(minutes=5)
    cloud.fail_always("*", halt)
    await pass_time(hours=2)
    assert state(hass, GLUCOSE) == "unknown"
    ahead = timedelta(hours=2, minutes=-1)
    cloud.now = lambda: datetime.now(UTC) + ahead
    freezer.move_to(datetime.now(UTC) - ahead)
    loaded.runtime_data.async_on_clock_jump(-ahead.total_seconds())
    await pass_time(seconds=1)
    assert (state(hass, GLUCOSE), state(hass, NO_DATA)) == ("unknown", "on")


async def test_a_reload_without_the_cloud_does_not_forget_that_the_clock_was_set_back(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=5)
    cloud.fail_always("*", faults.dropped())
    await pass_time(hours=2)
    back = timedelta(hours=-2, minutes=1)
    freezer.move_to(datetime.now(UTC) + back)
    loaded.runtime_data.async_on_clock_jump(back.total_seconds())
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert (state(hass, GLUCOSE), state(hass, NO_DATA)) == ("unknown", "on")


async def test_a_stored_reading_that_is_still_to_come_shows_that_the_clock_is_wrong(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
) -> None:
    await pass_time(hours=1)
    await hass.config_entries.async_unload(loaded.entry_id)
    cloud.fail_always("*", faults.status(503))
    freezer.move_to(datetime.now(UTC) - timedelta(minutes=30))
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    assert (state(hass, GLUCOSE), state(hass, NO_DATA)) == ("unknown", "on")


async def test_a_clock_that_went_ahead_thins_nothing_out_before_the_cloud_tells_the_time(
    hass: HomeAssistant, loaded: MockConfigEntry, freezer: FrozenDateTimeFactory, pass_time: PassTime
) -> None:
    await pass_time(minutes=20)
    history, (patient_id,) = loaded.runtime_data.history, loaded.runtime_data.persons

    async def count() -> int:
        return len(await history.async_run(Store.readings, patient_id, 0, 2**62))

    before = await count()
    freezer.tick(timedelta(days=3650))
    loaded.runtime_data.async_on_clock_jump(3650 * 86400)
    history.keep_sensor(patient_id, datetime.now(UTC))  # Something is to be written before the next poll.
    await history.async_flush()
    assert await count() == before


@pytest.mark.parametrize("hours", [2, -2])
async def test_after_a_jump_the_next_poll_comes_when_it_was_due_and_never_later_than_it_was_far(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
    hours: float,
) -> None:
    await pass_time(minutes=5)
    cloud.log.clear()
    freezer.tick(timedelta(hours=hours))
    loaded.runtime_data.async_on_clock_jump(3600 * hours)
    await pass_time(seconds=2 if hours > 0 else 62)
    assert cloud.requests("connections")


async def test_clocks_that_part_are_noticed_within_seconds(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch, pass_time: PassTime
) -> None:
    monkeypatch.setattr(clock_watch, "TICK", timedelta(seconds=5))
    await set_up(hass, entry)
    published: list[None] = []
    (person,) = entry.runtime_data.persons.values()
    await pass_time(seconds=6)
    monkeypatch.setattr(clock_watch, "time", lambda: 2e9)
    person.async_add_listener(lambda: published.append(None))
    await pass_time(seconds=6)
    assert len(published) == 1
