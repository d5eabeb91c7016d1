"""What conditions say of a person: glucose, range, trend, and whether the newest reading is fresh."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.automations import device_target
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.states import state
from tests.support.thresholds import mg_dl, mmol_l

GLUCOSE = "sensor.alex_example_glucose"
STALE = "binary_sensor.alex_example_no_current_data"
EVERY_KIND: list[tuple[str, dict[str, Any]]] = [
    ("is_glucose", {"threshold": mg_dl("outside", 40, 41)}),
    ("is_range", {"range": ["very_low", "low", "in_range", "high", "very_high"]}),
    ("is_trend", {"trend": ["falling_fast", "falling", "stable", "rising", "rising_fast"]}),
    ("is_fresh", {}),
]


async def holds(hass: HomeAssistant, kind: str, target: dict[str, Any] | None = None, **options: Any) -> bool:
    """Whether one of our conditions holds for Alex right now."""
    config = {
        "condition": f"libreview.{kind}",
        "target": target or device_target(hass, GLUCOSE),
        "options": options,
    }
    checked = await condition.async_validate_condition_config(hass, config)
    checker = await condition.async_from_config(hass, checked)
    try:
        return bool(checker.async_check())
    finally:
        checker.async_unload()


@pytest.mark.parametrize(
    ("value", "threshold", "expected"),
    [
        (70, mmol_l("below", 3.9), False),
        (69, mmol_l("below", 3.9), True),
        (180, mmol_l("above", 10), False),
        (181, mmol_l("above", 10), True),
        (251, mmol_l("above", 13.9), False),
        (70, mg_dl("below", 70), False),
        (69, mg_dl("below", 70), True),
        (70, mg_dl("between", 70, 180), True),
        (181, mg_dl("between", 70, 180), False),
        (181, mg_dl("outside", 70, 180), True),
        (30, mg_dl("below", 40), True),
        (40, mg_dl("below", 40), False),
        (30, mmol_l("below", 2.2), True),
        (30, mg_dl("between", 40, 54), True),
        (520, mmol_l("above", 27.8), True),
    ],
)
async def test_glucose_is_compared_as_people_see_it_in_the_unit_of_the_threshold(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    value: int,
    threshold: dict[str, Any],
    expected: bool,
) -> None:
    person.curve = lambda _: value
    await set_up(hass, entry)
    assert await holds(hass, "is_glucose", threshold=threshold) is expected


async def test_the_range_and_the_trend_are_among_the_chosen_ones(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    assert await holds(hass, "is_range", range=["low", "in_range"])
    assert not await holds(hass, "is_range", range=["low", "very_low"])
    assert await holds(hass, "is_trend", trend="stable")
    assert not await holds(hass, "is_trend", trend=["rising", "rising_fast"])


@pytest.mark.parametrize("options", [{"range": []}, {"range": ["sideways"]}, {}])
async def test_a_condition_without_a_sensible_choice_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, options: dict[str, Any]
) -> None:
    with pytest.raises(Exception, match="range"):
        await holds(hass, "is_range", **options)


@pytest.mark.parametrize("behavior", ["any", "all"])
@pytest.mark.parametrize(("kind", "options"), EVERY_KIND)
async def test_a_known_state_fulfils_a_condition_and_an_unknown_one_never_does(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    kind: str,
    options: dict[str, Any],
    behavior: str,
) -> None:
    assert await holds(hass, kind, behavior=behavior, **options)
    person.pause(datetime.now(UTC))
    await pass_time(minutes=20)
    assert state(hass, GLUCOSE) == "unknown"
    assert not await holds(hass, kind, behavior=behavior, **options)
    await hass.config_entries.async_unload(loaded.entry_id)
    assert state(hass, STALE) == "unavailable"
    assert not await holds(hass, kind, behavior=behavior, **options)


@pytest.mark.parametrize(("kind", "options"), EVERY_KIND)
async def test_all_does_not_hold_while_one_state_is_unknown(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    kind: str,
    options: dict[str, Any],
) -> None:
    robin = Person(first_name="Robin", last_name="Sample")
    robin.pause(datetime.now(UTC) - timedelta(hours=1))
    cloud.start_sharing(account, robin)
    await set_up(hass, entry_of(account))
    alex, other = device_target(hass, GLUCOSE), device_target(hass, "sensor.robin_sample_glucose")
    both = {"device_id": [alex["device_id"], other["device_id"]]}
    assert not await holds(hass, kind, other, **options)
    assert await holds(hass, kind, both, behavior="any", **options)
    assert not await holds(hass, kind, both, behavior="all", **options)


@pytest.mark.parametrize("behavior", ["any", "all"])
@pytest.mark.parametrize(("kind", "options"), EVERY_KIND)
async def test_it_does_not_hold_for_a_target_with_nothing_of_that_kind(
    hass: HomeAssistant, loaded: MockConfigEntry, kind: str, options: dict[str, Any], behavior: str
) -> None:
    target = {"entity_id": "sensor.alex_example_sensor_status"}
    assert not await holds(hass, kind, target, behavior=behavior, **options)


@pytest.mark.parametrize("behavior", ["any", "all"])
async def test_it_never_holds_for_glucose_of_another_integration(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_registry: er.EntityRegistry, behavior: str
) -> None:
    other = entity_registry.async_get_or_create("sensor", "other", "other", translation_key="glucose")
    shown = {"device_class": "blood_glucose_concentration", "unit_of_measurement": "mg/dL"}
    hass.states.async_set(other.entity_id, "60", shown)
    target = {"entity_id": other.entity_id}
    low = mg_dl("below", 70)
    assert not await holds(hass, "is_glucose", target, behavior=behavior, threshold=low)


async def test_glucose_that_has_to_have_been_so_for_a_time_is_no_longer_when_it_was_unknown(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    config = {
        "condition": "libreview.is_glucose",
        "target": {"entity_id": GLUCOSE},
        "options": {"threshold": mg_dl("above", 100), "for": {"minutes": 10}},
    }
    checker = await condition.async_from_config(
        hass, await condition.async_validate_condition_config(hass, config)
    )
    await checker.async_setup()
    await pass_time(minutes=11)
    assert checker.async_check()
    person.pause(datetime.now(UTC))
    await pass_time(minutes=17)
    person.resume(datetime.now(UTC))
    await pass_time(minutes=5)
    assert not checker.async_check()
    await pass_time(minutes=7)
    assert checker.async_check()
    checker.async_unload()


# Fresh readings.


async def test_a_reading_is_fresh_while_it_is_current_and_no_older_than_asked(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    person.pause(datetime.now(UTC))
    await pass_time(minutes=4)
    assert await holds(hass, "is_fresh", max_age={"minutes": 5})
    await pass_time(minutes=4)
    assert not await holds(hass, "is_fresh", max_age={"minutes": 5})
    assert await holds(hass, "is_fresh")
    assert await holds(hass, "is_fresh", max_age={"minutes": 0})
    await pass_time(minutes=10)
    assert not await holds(hass, "is_fresh", max_age={"hours": 2})


@pytest.mark.parametrize(("options", "expected"), [({}, False), ({"max_age": {"minutes": 5}}, True)])
async def test_only_a_condition_that_time_alone_changes_needs_polling(
    hass: HomeAssistant, loaded: MockConfigEntry, options: dict[str, Any], expected: bool
) -> None:
    config = {"condition": "libreview.is_fresh", "target": {"entity_id": STALE}, "options": options}
    checked = await condition.async_validate_condition_config(hass, config)
    checker = await condition.async_from_config(hass, checked)
    assert checker.needs_polling is expected
    checker.async_unload()


async def test_the_age_is_that_of_the_same_person_however_the_entities_are_named(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entity_registry.async_update_entity("sensor.alex_example_glucose", new_entity_id="sensor.sugar")
    await hass.async_block_till_done()
    assert await holds(hass, "is_fresh", {"entity_id": STALE}, max_age={"minutes": 5})


async def test_a_reading_of_unknown_age_is_not_fresh(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entity_registry.async_remove("sensor.alex_example_glucose")
    await hass.async_block_till_done()
    assert not await holds(hass, "is_fresh", {"entity_id": STALE}, max_age={"minutes": 5})
