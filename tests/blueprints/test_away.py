"""Alarms whose person, account or entities were away for a while hear of them again, once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.cloud_double import Account, CloudDouble, Person
from tests.cloud_double.person import Sensor
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.notified_home import House, from_blueprint
from tests.support.states import state

RANGE: Final = "sensor.alex_example_range"
type Leaves = Callable[[HomeAssistant, MockConfigEntry], Awaitable[None]]
type ComesBack = Callable[[HomeAssistant, MockConfigEntry, Account], Awaitable[None]]


async def account_leaves(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_remove(entry.entry_id)


async def account_comes_back(hass: HomeAssistant, _: MockConfigEntry, account: Account) -> None:
    entry = entry_of(account)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)


async def person_leaves(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    for subentry_id in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, subentry_id)


async def person_comes_back(hass: HomeAssistant, entry: MockConfigEntry, account: Account) -> None:
    for same in entry_of(account).subentries.values():
        hass.config_entries.async_add_subentry(entry, same)


async def entities_leave(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER)


async def entities_come_back(hass: HomeAssistant, entry: MockConfigEntry, _: Account) -> None:
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(entity.entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)


async def account_is_disabled(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)


async def account_is_enabled(hass: HomeAssistant, entry: MockConfigEntry, _: Account) -> None:
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)


async def entities_are_renamed(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(entity.entity_id, new_entity_id=f"{entity.entity_id}_renamed")


async def entities_are_named_back(hass: HomeAssistant, entry: MockConfigEntry, _: Account) -> None:
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        before = entity.entity_id.removesuffix("_renamed")
        registry.async_update_entity(entity.entity_id, new_entity_id=before)


async def account_is_unloaded(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_unload(entry.entry_id)


async def account_is_loaded(hass: HomeAssistant, entry: MockConfigEntry, _: Account) -> None:
    await hass.config_entries.async_setup(entry.entry_id)


GONE: Final[dict[str, tuple[Leaves, ComesBack]]] = {
    "account removed and added": (account_leaves, account_comes_back),
    "person removed and added": (person_leaves, person_comes_back),
    "entities disabled and enabled": (entities_leave, entities_come_back),
    "account disabled and enabled": (account_is_disabled, account_is_enabled),
    "entry reloaded": (account_is_unloaded, account_is_loaded),
}
AWAY: Final = GONE | {"entities renamed": (entities_are_renamed, entities_are_named_back)}
ALARMS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "low_alarm": ("Very low", {"repeat_every": 60}),
    "high_for_long": ("High, 10 min", {"high_for": 10}),
    "falling_fast": ("Falling", {"below": 90, "repeat_every": 120}),
    "stale_data": ("No current data", {}),
}
"""By blueprint: what one is told within half an hour, and inputs."""


@pytest.fixture
async def box(notified_home: House) -> str:
    return await notified_home.add_postbox("ntfy")


@pytest.fixture
def wearers(account: Account, person: Person, cloud: CloudDouble) -> dict[str, Person]:
    """A person for each alarm, whom it is about: Alex is the first. They are followed from the beginning."""
    others = [
        replace(person, first_name=name, patient_id="", sensor=Sensor(), pauses=[])
        for name in ("Robin", "Kim", "Sam")
    ]
    for other in others:
        cloud.start_sharing(account, other)
    return dict(zip(ALARMS, (person, *others), strict=True))


@pytest.mark.parametrize("way", AWAY)
async def test_an_alarm_sounds_once_for_who_was_away_and_is_back(
    hass: HomeAssistant,
    wearers: dict[str, Person],
    notified_home: House,
    loaded: MockConfigEntry,
    account: Account,
    box: str,
    automation_time: PassTime,
    way: str,
) -> None:
    leave, come_back = AWAY[way]
    alarms = []
    for blueprint, wearer in wearers.items():
        device = notified_home.device(f"sensor.{wearer.first_name.lower()}_example_range")
        alarms.append(from_blueprint(blueprint, person=device, notify=[box], **ALARMS[blueprint][1]))
    await notified_home.automate_all(alarms)
    assert {state(hass, f"automation.{blueprint}") for blueprint in ALARMS} == {"on"}
    await automation_time(minutes=1)
    await leave(hass, loaded)
    await automation_time(minutes=3)
    await come_back(hass, loaded, account)
    await automation_time(minutes=6)
    assert not notified_home.messages
    begun = datetime.now(UTC)
    wearers["low_alarm"].curve = lambda _: 45
    wearers["high_for_long"].curve = lambda _: 200
    wearers["falling_fast"].curve = lambda at: max(75, 100 - 1.5 * (at - begun).total_seconds() / 60)
    wearers["stale_data"].pause(begun)
    await automation_time(minutes=32)
    assert sorted(map(str, notified_home.titles)) == sorted(
        f"{wearer.name}: {ALARMS[blueprint][0]}" for blueprint, wearer in wearers.items()
    )


@pytest.mark.parametrize("way", GONE)
async def test_who_stays_away_is_missed(
    hass: HomeAssistant,
    notified_home: House,
    loaded: MockConfigEntry,
    account: Account,
    box: str,
    automation_time: PassTime,
    way: str,
) -> None:
    leave, come_back = GONE[way]
    await notified_home.automate("stale_data", person=notified_home.person, notify=[box])
    await automation_time(minutes=1)
    await leave(hass, loaded)
    await automation_time(minutes=20)
    (title,) = notified_home.titles
    assert title in ("Alex Example: No current data", "stale_data: No current data")
    await come_back(hass, loaded, account)
    await automation_time(minutes=4)
    assert len(notified_home.titles) == 2
    assert str(notified_home.titles[1]).endswith(": Data are back")


async def test_a_missing_range_sensor_is_missed_as_well(
    hass: HomeAssistant, notified_home: House, box: str, automation_time: PassTime
) -> None:
    await notified_home.automate("stale_data", person=notified_home.person, notify=[box])
    er.async_get(hass).async_update_entity(RANGE, disabled_by=er.RegistryEntryDisabler.USER)
    await automation_time(minutes=20)
    assert notified_home.titles == ["Alex Example: No current data"]


@pytest.mark.parametrize("way", ["account removed and added", "person removed and added"])
async def test_a_light_shows_no_old_colour_of_who_was_away_and_is_back(
    hass: HomeAssistant,
    notified_home: House,
    loaded: MockConfigEntry,
    account: Account,
    person: Person,
    automation_time: PassTime,
    way: str,
) -> None:
    async_mock_service(hass, "light", "turn_on")
    off = async_mock_service(hass, "light", "turn_off")
    hass.states.async_set("light.lamp", "off")
    await notified_home.automate("range_light", person=notified_home.person, light=["light.lamp"])
    leave, come_back = GONE[way]
    await leave(hass, loaded)
    await automation_time(minutes=2)
    await come_back(hass, loaded, account)
    await automation_time(minutes=2)
    off.clear()
    person.pause(datetime.now(UTC))
    await automation_time(minutes=17)
    assert len(off) == 1
