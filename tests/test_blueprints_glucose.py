"""The blueprints for glucose that is high for long or on its way to a low, and what none of them does."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, Person
from tests.cloud_double.person import Uom
from tests.house import House
from tests.shown import state

PassTime = Callable[..., Awaitable[None]]
RANGE = "sensor.alex_example_range"


@pytest.fixture
async def box(house: House) -> str:
    return await house.add_postbox("ntfy")


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


@pytest.mark.parametrize("blueprint", SILENT_WITHOUT_DATA)
@pytest.mark.parametrize("mg_dl", [50, 300])
async def test_nothing_is_told_without_current_data_at_start_or_later(
    hass: HomeAssistant,
    house: House,
    loaded: MockConfigEntry,
    box: str,
    person: Person,
    house_time: PassTime,
    blueprint: str,
    mg_dl: int,
) -> None:
    await hass.config.async_set_time_zone("UTC")
    device = house.person
    person.curve = lambda _: mg_dl
    await house_time(minutes=2)
    person.pause(datetime.now(UTC))
    await house_time(minutes=17)
    assert state(hass, RANGE) == "unknown"
    hass.set_state(CoreState.starting)
    await house.automate(blueprint, person=device, notify=[box], **SILENT_WITHOUT_DATA[blueprint])
    started(hass)
    await house_time(minutes=10)
    await hass.config_entries.async_unload(loaded.entry_id)
    await house_time(minutes=10)
    assert state(hass, RANGE) == "unavailable"
    assert not house.messages


# High for long


async def test_high_is_told_after_its_time_and_not_more_often_than_wanted(
    house: House, box: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("high_for_long", person=house.person, notify=[box], high_for=60, repeat_every=120)
    person.curve = lambda _: 260
    await house_time(minutes=59)
    assert not house.messages
    await house_time(minutes=4)
    (message,) = house.messages
    assert message.title == "Alex Example: Very high, 60 min"
    assert message.text.startswith("260 mg/dL → Stable, ")
    await house_time(minutes=115, step=20)
    assert len(house.messages) == 1
    await house_time(minutes=6, step=20)
    assert len(house.messages) == 2


async def test_a_short_dip_does_not_start_the_clock_again_but_a_longer_one_does(
    house: House, box: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("high_for_long", person=house.person, notify=[box], high_for=30)
    begun = datetime.now(UTC)
    person.curve = lambda at: 150 if timedelta(minutes=20) < at - begun < timedelta(minutes=23) else 200
    await house_time(minutes=33)
    assert len(house.messages) == 1
    house.messages.clear()
    begun = datetime.now(UTC)
    person.curve = lambda at: 150 if timedelta(minutes=5) < at - begun < timedelta(minutes=120) else 200
    await house_time(minutes=145, step=20)
    assert not house.messages


async def test_a_high_that_was_there_at_the_start_is_told(
    hass: HomeAssistant, house: House, box: str, person: Person, house_time: PassTime
) -> None:
    person.curve = lambda _: 200
    await house_time(minutes=2)
    hass.set_state(CoreState.starting)
    await house.automate("high_for_long", person=house.person, notify=[box], high_for=20)
    started(hass)
    await house_time(minutes=22)
    assert house.titles == ["Alex Example: High, 20 min"]


async def test_what_is_only_high_can_be_left_untold(
    house: House, box: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("high_for_long", person=house.person, notify=[box], high_for=5, only_very_high=True)
    person.curve = lambda _: 200
    await house_time(minutes=20)
    assert not house.messages
    person.curve = lambda _: 280
    await house_time(minutes=10)
    assert len(house.messages) == 1


# Falling towards low


def falling(per_minute: float, from_mg_dl: float, down_to: float = 71) -> Callable[[datetime], float]:
    """A steady fall that begins now."""
    begun = datetime.now(UTC)

    def curve(at: datetime) -> float:
        return max(down_to, from_mg_dl - max(0.0, (at - begun).total_seconds() / 60) * per_minute)

    return curve


async def test_a_fall_towards_low_is_told_once(
    house: House, box: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("falling_fast", person=house.person, notify=[box])
    person.curve = falling(2, from_mg_dl=180, down_to=75)
    await house_time(minutes=20)
    assert not house.messages  # 140 is far away still.
    await house_time(minutes=35)
    assert len(house.messages) == 1
    assert house.titles[0] in ("Alex Example: Falling", "Alex Example: Falling fast")


async def test_a_fall_is_foretold_in_mmol_as_well(
    house: House, box: str, account: Account, person: Person, house_time: PassTime
) -> None:
    account.uom = Uom.MMOL_L
    await house.automate(
        "falling_fast", person=house.person, notify=[box], low=3.9, below=5, repeat_every=240
    )
    await house_time(minutes=3)
    assert not house.messages
    person.curve = falling(2, from_mg_dl=120)
    await house_time(minutes=15)
    (message,) = house.messages
    assert "mmol/L" in message.text


async def test_a_fall_that_ends_in_missing_data_is_not_told_again(
    house: House, box: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("falling_fast", person=house.person, notify=[box], repeat_every=30)
    person.curve = falling(1, from_mg_dl=90, down_to=20)
    await house_time(minutes=10)
    person.pause(datetime.now(UTC))
    assert len(house.messages) == 1
    await house_time(hours=2, step=30)
    assert len(house.messages) == 1


async def test_a_fall_is_silent_once_it_is_low(
    hass: HomeAssistant, house: House, box: str, person: Person, house_time: PassTime
) -> None:
    person.curve = falling(1.5, from_mg_dl=68, down_to=40)
    await house_time(minutes=5)
    hass.set_state(CoreState.starting)
    await house.automate("falling_fast", person=house.person, notify=[box])
    started(hass)
    await house_time(minutes=20)
    assert not house.messages
