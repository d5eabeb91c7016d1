"""The blueprints for glucose that is high for long or on its way to a low, and what none of them does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, Person
from tests.cloud_double.person import Uom
from tests.support.clock import PassTime
from tests.support.notified_home import House, from_blueprint
from tests.support.states import state

RANGE = "sensor.alex_example_range"


@pytest.fixture
async def box(notified_home: House) -> str:
    return await notified_home.add_postbox("ntfy")


def started(hass: HomeAssistant) -> None:
    """Home Assistant has started."""
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)


SILENT_WITHOUT_DATA: dict[str, dict[str, Any]] = {
    "low_alarm": {},
    "high_for_long": {"high_for": 5},
    "falling_fast": {},
    "sensor_expiring": {"at": "12:20:00"},
}


@pytest.mark.parametrize("mg_dl", [50, 300])
async def test_nothing_is_notified_without_current_data_at_start_or_later(
    hass: HomeAssistant,
    notified_home: House,
    loaded: MockConfigEntry,
    box: str,
    person: Person,
    automation_time: PassTime,
    mg_dl: int,
) -> None:
    await hass.config.async_set_time_zone("UTC")
    alarms = [
        from_blueprint(blueprint, person=notified_home.person, notify=[box], **inputs)
        for blueprint, inputs in SILENT_WITHOUT_DATA.items()
    ]
    person.curve = lambda _: mg_dl
    await automation_time(minutes=2)
    person.pause(datetime.now(UTC))
    await automation_time(minutes=17)
    assert state(hass, RANGE) == "unknown"
    hass.set_state(CoreState.starting)
    await notified_home.automate_all(alarms)
    assert {state(hass, f"automation.{blueprint}") for blueprint in SILENT_WITHOUT_DATA} == {"on"}
    started(hass)
    await automation_time(minutes=10)
    await hass.config_entries.async_unload(loaded.entry_id)
    await automation_time(minutes=10)
    assert state(hass, RANGE) == "unavailable"
    assert not notified_home.messages


# High for long


async def test_high_is_notified_after_its_time_and_not_more_often_than_wanted(
    notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate(
        "high_for_long", person=notified_home.person, notify=[box], high_for=60, repeat_every=120
    )
    person.curve = lambda _: 260
    await automation_time(minutes=59)
    assert not notified_home.messages
    await automation_time(minutes=4)
    (message,) = notified_home.messages
    # It looks at each full minute, at which the hour was two seconds short, and then one minute over.
    assert message.title == "Alex Example: Very high, 60 min"
    assert message.text.startswith("260 mg/dL → Stable, ")
    await automation_time(minutes=115)
    assert len(notified_home.messages) == 1
    await automation_time(minutes=6)
    assert len(notified_home.messages) == 2


async def test_a_short_dip_does_not_start_the_clock_again_but_a_longer_one_does(
    notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("high_for_long", person=notified_home.person, notify=[box], high_for=30)
    begun = datetime.now(UTC)
    person.curve = lambda at: 150 if timedelta(minutes=20) < at - begun < timedelta(minutes=23) else 200
    await automation_time(minutes=33)
    assert len(notified_home.messages) == 1
    notified_home.messages.clear()
    begun = datetime.now(UTC)
    person.curve = lambda at: 150 if timedelta(minutes=5) < at - begun < timedelta(minutes=120) else 200
    await automation_time(minutes=145)
    assert not notified_home.messages


async def test_a_high_of_before_a_long_sleep_is_not_counted_with_that_after_it(
    notified_home: House,
    box: str,
    person: Person,
    automation_time: PassTime,
    freezer: FrozenDateTimeFactory,
) -> None:
    await notified_home.automate("high_for_long", person=notified_home.person, notify=[box], high_for=60)
    person.curve = lambda _: 200
    await automation_time(minutes=20)
    freezer.tick(timedelta(minutes=50))
    await automation_time(minutes=30)
    assert not notified_home.messages


async def test_a_high_that_was_there_at_the_start_is_notified(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    person.curve = lambda _: 200
    await automation_time(minutes=2)
    hass.set_state(CoreState.starting)
    await notified_home.automate("high_for_long", person=notified_home.person, notify=[box], high_for=20)
    started(hass)
    await automation_time(minutes=22)
    assert notified_home.titles == ["Alex Example: High, 20 min"]


async def test_what_is_only_high_can_be_left_untold(
    notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate(
        "high_for_long", person=notified_home.person, notify=[box], high_for=5, only_very_high=True
    )
    person.curve = lambda _: 200
    await automation_time(minutes=20)
    assert not notified_home.messages
    person.curve = lambda _: 280
    await automation_time(minutes=10)
    assert len(notified_home.messages) == 1


# Falling towards low


def falling(per_minute: float, from_mg_dl: float, down_to: float = 71) -> Callable[[datetime], float]:
    """A steady fall that begins now."""
    begun = datetime.now(UTC)

    def curve(at: datetime) -> float:
        return max(down_to, from_mg_dl - max(0.0, (at - begun).total_seconds() / 60) * per_minute)

    return curve


async def test_a_fall_towards_low_is_notified_once(
    notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("falling_fast", person=notified_home.person, notify=[box])
    person.curve = falling(2, from_mg_dl=180, down_to=75)
    await automation_time(minutes=20)
    assert not notified_home.messages  # 140 is far away still.
    await automation_time(minutes=35)
    assert len(notified_home.messages) == 1
    assert notified_home.titles[0] in ("Alex Example: Falling", "Alex Example: Falling fast")


async def test_a_further_action_that_does_not_exist_does_not_make_the_message_come_more_often(
    notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate(
        "falling_fast", person=notified_home.person, notify=[box], actions=[{"action": "siren.gone"}]
    )
    person.curve = falling(0.5, from_mg_dl=89)
    await automation_time(minutes=25)
    assert len(notified_home.messages) == 1
    person.curve = lambda _: 120
    await automation_time(minutes=10)  # The run comes to its end.


async def test_a_fall_is_foretold_in_mmol_as_well(
    notified_home: House, box: str, account: Account, person: Person, automation_time: PassTime
) -> None:
    account.uom = Uom.MMOL_L
    await notified_home.automate(
        "falling_fast", person=notified_home.person, notify=[box], low=3.9, below=5, repeat_every=240
    )
    await automation_time(minutes=3)
    assert not notified_home.messages
    person.curve = falling(2, from_mg_dl=120)
    await automation_time(minutes=15)
    (message,) = notified_home.messages
    assert "mmol/L" in message.text


async def test_a_fall_that_ends_in_missing_data_is_not_notified_again(
    notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("falling_fast", person=notified_home.person, notify=[box], repeat_every=30)
    person.curve = falling(1, from_mg_dl=90, down_to=20)
    await automation_time(minutes=10)
    person.pause(datetime.now(UTC))
    assert len(notified_home.messages) == 1
    await automation_time(minutes=65)  # Two reminders would have come.
    assert len(notified_home.messages) == 1


async def test_a_fall_is_silent_once_it_is_low(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    person.curve = falling(1.5, from_mg_dl=68, down_to=40)
    await automation_time(minutes=5)
    hass.set_state(CoreState.starting)
    await notified_home.automate("falling_fast", person=notified_home.person, notify=[box])
    started(hass)
    await automation_time(minutes=20)
    assert not notified_home.messages


async def test_a_fall_that_the_next_reading_has_ended_is_not_notified(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    person.pause(datetime.now(UTC))
    await notified_home.automate("falling_fast", person=notified_home.person, notify=[box], minutes=5, low=40)
    for mg_dl, trend in ((95, 2), (89, 3)):
        person.add_reading(datetime.now(UTC), mg_dl, trend)
        await automation_time(minutes=2)
    assert state(hass, "sensor.alex_example_glucose") == "89"
    assert not notified_home.messages
    person.add_reading(datetime.now(UTC), 88, 2)
    await automation_time(minutes=2)
    assert notified_home.titles == ["Alex Example: Falling"]
