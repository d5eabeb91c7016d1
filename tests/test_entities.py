"""The entities as Home Assistant knows them, and how they follow a person's units and limits."""

from datetime import UTC, datetime, timedelta

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from tests.cloud_double import Account, CloudDouble, Person, Sensor, Uom
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.restart import restarted
from tests.support.states import state


@pytest.mark.usefixtures("every_entity")
@pytest.mark.parametrize(
    "platform", [Platform.BINARY_SENSOR, Platform.BUTTON, Platform.EVENT, Platform.SENSOR]
)
async def test_entities_are_as_recorded(
    hass: HomeAssistant,
    account: Account,
    person: Person,
    platform: Platform,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person.sensor = Sensor(serial="0ETEST0010", product=4, activated=NOON - timedelta(days=3))
    monkeypatch.setattr("custom_components.libreview.PLATFORMS", [platform])
    entry = await set_up(hass, entry_of(account))
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


NOT_BY_ITSELF = [
    "sensor.alex_example_data_captured_14_d",
    "sensor.alex_example_last_reading",
    "sensor.alex_example_variability_14_days",
]


async def test_rarely_used_entities_are_disabled_by_default(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entities = er.async_entries_for_config_entry(entity_registry, loaded.entry_id)
    disabled = {each.entity_id: each.disabled_by for each in entities if each.disabled}
    assert disabled == dict.fromkeys(NOT_BY_ITSELF, er.RegistryEntryDisabler.INTEGRATION)
    assert not any(map(hass.states.get, NOT_BY_ITSELF))


async def test_a_rarely_used_entity_that_was_enabled_before_stays_enabled(
    hass: HomeAssistant, account: Account, person: Person, entity_registry: er.EntityRegistry
) -> None:
    entry = entry_of(account)
    entry.add_to_hass(hass)
    before = entity_registry.async_get_or_create(
        "sensor",
        "libreview",
        f"{account.user_id}_{person.patient_id}_data_completeness",
        config_entry=entry,
        config_subentry_id="subentry-alex",
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert hass.states.get(before.entity_id) is not None


async def test_a_person_is_one_device(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    devices = dr.async_entries_for_config_entry(device_registry, loaded.entry_id)
    assert len(devices) == 1
    assert devices[0].config_subentry_id == "subentry-alex"
    assert devices[0] == snapshot


@pytest.mark.parametrize(
    ("mg_dl", "mmol_l"), [(70, "3.9"), (63, "3.5"), (110, "6.1"), (115, "6.4"), (180, "10.0"), (252, "14.0")]
)
async def test_glucose_in_mmol_l_is_the_number_of_the_libre_app(
    hass: HomeAssistant, account: Account, person: Person, mg_dl: int, mmol_l: str
) -> None:
    person.uom = Uom.MMOL_L
    person.curve = lambda _: mg_dl
    await set_up(hass, entry_of(account))
    assert state(hass, "sensor.alex_example_glucose") == mmol_l


async def test_two_accounts_may_follow_the_same_person(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person
) -> None:
    partner = cloud.add_account(Account(email="partner@example.com"), persons=[person])
    await set_up(hass, entry_of(partner))
    assert state(hass, "sensor.alex_example_glucose") == "120"
    assert state(hass, "sensor.alex_example_glucose_2") == "120"


@pytest.mark.parametrize(
    ("mg_dl", "zone", "on"),
    [
        (53, "very_low", {"low_glucose", "very_low_glucose"}),
        (54, "low", {"low_glucose"}),
        (69, "low", {"low_glucose"}),
        (70, "in_range", set()),
        (180, "in_range", set()),
        (181, "high", {"high_glucose"}),
        (250, "high", {"high_glucose"}),
        (251, "very_high", {"high_glucose"}),
    ],
)
async def test_each_range_turns_on_what_belongs_to_it(
    hass: HomeAssistant, account: Account, person: Person, mg_dl: int, zone: str, on: set[str]
) -> None:
    person.curve = lambda _: mg_dl
    await set_up(hass, entry_of(account))
    assert state(hass, "sensor.alex_example_range") == zone
    names = ("low_glucose", "very_low_glucose", "high_glucose")
    assert {name for name in names if state(hass, f"binary_sensor.alex_example_{name}") == "on"} == on


@pytest.mark.parametrize(
    ("entity_id", "by_hand"),
    [("binary_sensor.alex_example_low_glucose", "on"), ("sensor.alex_example_range", "very_low")],
)
async def test_a_state_that_was_set_by_hand_to_try_an_alarm_is_put_right_by_the_next_reading(
    hass: HomeAssistant, loaded: MockConfigEntry, pass_time: PassTime, entity_id: str, by_hand: str
) -> None:
    """Or the change to it would never come again: nothing would happen once the person is low."""
    await pass_time(minutes=2)
    told = state(hass, entity_id)
    hass.states.async_set(entity_id, by_hand)

    await pass_time(minutes=2)

    assert state(hass, entity_id) == told


async def test_change_and_rate_come_from_the_readings(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    assert state(hass, "sensor.alex_example_change_5_min") == "unknown"
    start = datetime.now(UTC)
    person.curve = lambda at: 120 + 2 * ((at - start).total_seconds() // 60)
    await pass_time(minutes=17)
    assert state(hass, "sensor.alex_example_change_5_min") == "10"
    assert state(hass, "sensor.alex_example_rate_of_change") == "2.0"


async def test_a_value_beyond_the_sensor_says_so(
    hass: HomeAssistant, account: Account, person: Person, cloud: CloudDouble
) -> None:
    def too_low(connections: object) -> object:
        assert isinstance(connections, list)
        connections[0]["glucoseMeasurement"] |= {"ValueInMgPerDl": 39, "Value": 39, "isLow": True}
        return connections

    cloud.edit_connections = too_low
    await set_up(hass, entry_of(account))
    glucose = hass.states.get("sensor.alex_example_glucose")
    assert glucose is not None
    assert glucose.state == "40"
    assert glucose.attributes["measuring_range"] == "below"


async def test_the_sensor_on_the_arm_ends_by_the_clock(
    hass: HomeAssistant, account: Account, person: Person, pass_time: PassTime
) -> None:
    person.sensor = Sensor(activated=NOON - timedelta(days=13, hours=23), ended=NOON + timedelta(hours=1))
    await set_up(hass, entry_of(account))
    assert state(hass, "sensor.alex_example_sensor_status") == "expiring"
    assert state(hass, "binary_sensor.alex_example_sensor_expired") == "off"
    await pass_time(hours=1, minutes=16)
    assert state(hass, "sensor.alex_example_sensor_status") == "expired"
    assert state(hass, "binary_sensor.alex_example_sensor_expired") == "on"


async def test_without_a_sensor_it_is_unknown_whether_it_expired(
    hass: HomeAssistant, account: Account, person: Person
) -> None:
    person.sensor = None
    person.has_reading = False
    await set_up(hass, entry_of(account))
    assert state(hass, "sensor.alex_example_sensor_status") == "no_sensor"
    assert state(hass, "sensor.alex_example_sensor_expires") == "unknown"
    assert state(hass, "binary_sensor.alex_example_sensor_expired") == "unknown"


@pytest.mark.parametrize(
    ("uom", "chosen", "mg_dl", "number"),
    [
        (Uom.MMOL_L, "mg/dL", 55, "55"),
        (Uom.MMOL_L, "mg/dL", 53, "53"),
        (Uom.MG_DL, "mmol/L", 115, "6.4"),
        (Uom.MG_DL, "mmol/L", 63, "3.5"),
    ],
)
async def test_a_switched_unit_shows_the_number_of_a_libre_app_in_that_unit(
    hass: HomeAssistant,
    account: Account,
    person: Person,
    entity_registry: er.EntityRegistry,
    pass_time: PassTime,
    uom: Uom,
    chosen: str,
    mg_dl: int,
    number: str,
) -> None:
    person.uom = uom
    person.curve = lambda _: mg_dl
    await set_up(hass, entry_of(account))
    entity_registry.async_update_entity_options(
        "sensor.alex_example_glucose", "sensor", {"unit_of_measurement": chosen}
    )
    await pass_time(minutes=2)
    glucose = hass.states.get("sensor.alex_example_glucose")
    assert glucose is not None
    assert glucose.attributes["unit_of_measurement"] == chosen
    assert glucose.state == number


@pytest.mark.parametrize("while_off", [False, True], ids=["while on", "while off"])
@pytest.mark.parametrize(
    ("before", "after", "number", "unit"),
    [(Uom.MG_DL, Uom.MMOL_L, "6.7", "mmol/L"), (Uom.MMOL_L, Uom.MG_DL, "120", "mg/dL")],
)
async def test_a_unit_that_was_switched_in_the_app_is_shown_after_a_restart_too(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    while_off: bool,
    before: Uom,
    after: Uom,
    number: str,
    unit: str,
) -> None:
    person.uom = before
    await set_up(hass, entry)
    if not while_off:
        person.uom = after
        await pass_time(minutes=2)
    assert await hass.config_entries.async_unload(entry.entry_id)
    person.uom = after
    await set_up(hass, restarted(hass, entry))
    glucose = hass.states.get("sensor.alex_example_glucose")
    assert glucose is not None
    assert (glucose.state, glucose.attributes["unit_of_measurement"]) == (number, unit)


async def test_a_unit_that_was_chosen_stays_over_a_restart(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entity_registry.async_update_entity_options(
        "sensor.alex_example_glucose", "sensor", {"unit_of_measurement": "mmol/L"}
    )
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await set_up(hass, restarted(hass, loaded))
    glucose = hass.states.get("sensor.alex_example_glucose")
    assert glucose is not None
    assert (glucose.state, glucose.attributes["unit_of_measurement"]) == ("6.7", "mmol/L")


@pytest.mark.parametrize(
    ("before", "after", "rate", "unit"),
    [(Uom.MG_DL, Uom.MMOL_L, "2.0", "mg/dL/min"), (Uom.MMOL_L, Uom.MG_DL, "0.11", "mmol/L/min")],
)
async def test_a_rate_goes_on_in_the_unit_that_its_statistics_began_in(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    before: Uom,
    after: Uom,
    rate: str,
    unit: str,
) -> None:
    """Home Assistant would end the statistics and ask people to repair them: it cannot convert a rate."""
    person.curve = lambda at: 100 + 2 * (at - NOON).total_seconds() / 60
    person.uom = before
    await set_up(hass, entry)
    await pass_time(minutes=16)

    def shown() -> tuple[str, str]:
        state = hass.states.get("sensor.alex_example_rate_of_change")
        assert state is not None
        return state.state, state.attributes["unit_of_measurement"]

    person.uom = after
    await pass_time(minutes=2)
    assert shown() == (rate, unit)

    assert await hass.config_entries.async_unload(entry.entry_id)
    await set_up(hass, restarted(hass, entry))
    await pass_time(minutes=16)
    assert shown() == (rate, unit)


async def test_a_rate_without_a_value_yet_follows_the_unit_of_the_app(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    person.has_reading = False
    await set_up(hass, entry)
    person.uom, person.has_reading = Uom.MMOL_L, True
    person.curve = lambda at: 120 + 2 * (at - NOON).total_seconds() / 60
    await pass_time(minutes=20)
    shown = hass.states.get("sensor.alex_example_rate_of_change")
    assert shown is not None
    assert (shown.state, shown.attributes["unit_of_measurement"]) == ("0.11", "mmol/L/min")
