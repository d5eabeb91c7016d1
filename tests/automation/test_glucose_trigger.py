"""When glucose crosses a threshold: in the unit people mean, over gaps in the data, and over restarts."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person, Uom
from tests.conftest import set_up
from tests.support.automations import Runs, begin_to_start, device_target, started
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.states import state
from tests.support.thresholds import mg_dl, mmol_l

TRIGGER = "glucose_crossed_threshold"
GLUCOSE = "sensor.alex_example_glucose"
ALEX = {"entity_id": GLUCOSE}


LOW = mg_dl("below", 70)


@pytest.fixture
def goes_to(person: Person, pass_time: PassTime) -> Callable[..., Awaitable[None]]:
    """Glucose goes to a value, and Home Assistant sees it."""

    async def going(value: int, **span: float) -> None:
        person.curve = lambda _: value
        await pass_time(**(span or {"minutes": 2}))

    return going


GoesTo = Callable[..., Awaitable[None]]


# What crossing is.


async def test_it_triggers_once_when_glucose_falls_below_and_again_after_it_has_recovered(
    hass: HomeAssistant, loaded: MockConfigEntry, goes_to: GoesTo
) -> None:
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW)
    for value in (80, 69, 65, 70, 60):
        await goes_to(value)
    assert runs.states == ["69", "60"]


@pytest.mark.parametrize(
    ("limit", "values", "seen"),
    [
        (mg_dl("above", 180), (180, 181, 200), ["181"]),
        (mg_dl("between", 54, 70), (71, 70, 54, 53, 54), ["70", "54"]),
        (mg_dl("outside", 70, 180), (180, 181, 70, 69), ["181", "69"]),
    ],
)
async def test_above_is_strict_and_between_includes_its_limits(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    goes_to: GoesTo,
    limit: dict[str, Any],
    values: tuple[int, ...],
    seen: list[str],
) -> None:
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=limit)
    for value in values:
        await goes_to(value)
    assert runs.states == seen


COMPARED: list[tuple[Uom, dict[str, Any], int, bool]] = [
    # What is meant in mmol/L is compared as the Libre app shows it in mmol/L.
    (Uom.MG_DL, mmol_l("below", 3.9), 70, False),
    (Uom.MG_DL, mmol_l("below", 3.9), 69, True),
    (Uom.MG_DL, mmol_l("above", 10), 180, False),
    (Uom.MG_DL, mmol_l("above", 10), 181, True),
    (Uom.MG_DL, mmol_l("above", 13.9), 251, False),
    (Uom.MG_DL, mmol_l("above", 13.9), 252, True),
    (Uom.MG_DL, mmol_l("between", 3, 3.8), 69, True),
    (Uom.MG_DL, mmol_l("outside", 3.9, 10), 70, False),
    (Uom.MMOL_L, mmol_l("below", 3.9), 70, False),
    (Uom.MMOL_L, mmol_l("below", 3.9), 69, True),
    (Uom.MMOL_L, mmol_l("above", 10), 180, False),
    (Uom.MMOL_L, mmol_l("above", 10), 181, True),
    # And what is meant in mg/dL as whole mg/dL.
    (Uom.MG_DL, mg_dl("below", 71), 70, True),
    (Uom.MG_DL, mg_dl("above", 250), 251, True),
    (Uom.MMOL_L, mg_dl("below", 70), 70, False),
    (Uom.MMOL_L, mg_dl("below", 70), 69, True),
    (Uom.MMOL_L, mg_dl("above", 180), 180, False),
    (Uom.MMOL_L, mg_dl("above", 180), 182, True),
    (Uom.MMOL_L, mg_dl("above", 250), 250, False),
    # LO is below whatever can be shown, and HI above.
    (Uom.MG_DL, mg_dl("below", 40), 30, True),
    (Uom.MG_DL, mg_dl("below", 40), 40, False),
    (Uom.MG_DL, mmol_l("below", 2.2), 30, True),
    (Uom.MMOL_L, mg_dl("below", 40), 30, True),
    (Uom.MMOL_L, mmol_l("below", 2.2), 30, True),
    (Uom.MG_DL, mg_dl("outside", 40, 500), 30, True),
    (Uom.MG_DL, mg_dl("between", 40, 54), 30, True),
    (Uom.MG_DL, mg_dl("above", 500), 520, True),
    (Uom.MG_DL, mmol_l("above", 27.8), 520, True),
    (Uom.MMOL_L, mg_dl("above", 500), 520, True),
    (Uom.MMOL_L, mmol_l("above", 27.8), 520, True),
    (Uom.MMOL_L, mmol_l("between", 20, 27.8), 520, True),
]
"""The unit of the account, a threshold, a value that glucose goes to, and whether that triggers."""


@pytest.mark.parametrize("uom", Uom)
@pytest.mark.parametrize("before", [120, 300])
async def test_a_threshold_is_compared_as_people_see_glucose_in_its_unit(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, goes_to: GoesTo, uom: Uom, before: int
) -> None:
    cases = [case for case in COMPARED if case[0] is uom and _outside(case[1]) == before]
    assert cases
    person.uom = uom
    person.curve = lambda _: before
    await set_up(hass, entry)
    runs = await Runs.of_each(hass, TRIGGER, ALEX, [{"threshold": limit} for _, limit, _, _ in cases])
    for value in {value for _, _, value, _ in cases}:
        counts = [each.count for each in runs]
        await goes_to(value)
        for case, each, count in zip(cases, runs, counts, strict=True):
            assert case[2] != value or (each.count > count) is case[3], case
        await goes_to(before)


def _outside(limit: dict[str, Any]) -> int:
    """Return where glucose is at first: out of what the threshold is for."""
    return 300 if limit["type"] == "between" else 120


async def test_a_person_who_switches_the_unit_of_the_entity_changes_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, goes_to: GoesTo, entity_registry: er.EntityRegistry
) -> None:
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=mg_dl("below", 70))
    entity_registry.async_update_entity_options(GLUCOSE, "sensor", {"unit_of_measurement": "mmol/L"})
    await goes_to(70)
    assert (state(hass, GLUCOSE), runs.count) == ("3.9", 0)
    await goes_to(69)
    assert runs.states == ["3.8"]


HELPERS = [
    ("3.9", "mmol/L", 70, False),
    ("3.9", "mmol/L", 69, True),
    ("13.9", "mmol/L", 70, True),
    ("70", "mg/dL", 69, True),
    ("70", None, 69, False),
    ("unknown", "mg/dL", 69, False),
]
"""The state of a helper and its unit, a value that glucose goes to, and whether that triggers."""


@pytest.mark.parametrize("value", [70, 69])
async def test_a_threshold_may_come_from_a_helper_with_a_unit_of_glucose(
    hass: HomeAssistant, loaded: MockConfigEntry, goes_to: GoesTo, value: int
) -> None:
    cases = [case for case in HELPERS if case[2] == value]
    thresholds = []
    for at, (number, unit, _, _) in enumerate(cases):
        helper = f"input_number.limit_{at}"
        hass.states.async_set(helper, number, {"unit_of_measurement": unit} if unit else {})
        thresholds.append({"threshold": {"type": "below", "value": {"entity": helper}}})
    await goes_to(300)
    runs = await Runs.of_each(hass, TRIGGER, ALEX, thresholds)
    await goes_to(value)
    assert [bool(each.count) for each in runs] == [triggers for *_, triggers in cases]


# Whose glucose.


async def test_a_device_is_a_target_and_only_its_glucose_counts(
    hass: HomeAssistant, loaded: MockConfigEntry, goes_to: GoesTo
) -> None:
    runs = await Runs.of(hass, TRIGGER, device_target(hass, GLUCOSE), threshold=LOW)
    await goes_to(60)
    assert [each["entity_id"] for each in runs.told] == [GLUCOSE]


async def test_glucose_of_another_integration_does_not_trigger(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    other = entity_registry.async_get_or_create("sensor", "other", "other", translation_key="glucose")
    runs = await Runs.of(hass, TRIGGER, {"entity_id": other.entity_id}, threshold=LOW)
    for value in ("120", "60"):
        hass.states.async_set(other.entity_id, value, {"unit_of_measurement": "mg/dL"})
        await hass.async_block_till_done()
    assert runs.count == 0


async def test_a_renamed_entity_still_triggers(
    hass: HomeAssistant, loaded: MockConfigEntry, goes_to: GoesTo, entity_registry: er.EntityRegistry
) -> None:
    entity_registry.async_update_entity(GLUCOSE, new_entity_id="sensor.sugar", name="Sugar")
    await hass.async_block_till_done()
    runs = await Runs.of(hass, TRIGGER, {"entity_id": "sensor.sugar"}, threshold=LOW)
    await goes_to(60)
    assert runs.count == 1


# Held for a time.


async def test_it_triggers_only_after_glucose_has_stayed_there_for_the_time_asked(
    hass: HomeAssistant, loaded: MockConfigEntry, goes_to: GoesTo, pass_time: PassTime
) -> None:
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW, **{"for": {"minutes": 5}})
    await goes_to(65, minutes=4)
    await goes_to(80)
    await goes_to(65, minutes=4)
    assert runs.count == 0
    await goes_to(60)
    assert runs.count == 1


async def test_glucose_that_becomes_unknown_meanwhile_begins_the_time_anew(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, goes_to: GoesTo, pass_time: PassTime
) -> None:
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW, **{"for": {"minutes": 20}})
    await goes_to(65)
    person.pause(datetime.now(UTC))
    await pass_time(minutes=25)
    assert (state(hass, GLUCOSE), runs.count) == ("unknown", 0)
    person.resume(datetime.now(UTC))
    await pass_time(minutes=19)
    assert runs.count == 0
    await pass_time(minutes=3)
    assert runs.count == 1


# Gaps in the data.


@pytest.mark.parametrize("before", [120, 60])
async def test_a_low_that_is_first_seen_after_a_gap_triggers_also_when_there_was_one_before(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    person: Person,
    goes_to: GoesTo,
    pass_time: PassTime,
    before: int,
) -> None:
    await goes_to(before)
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW)
    person.pause(datetime.now(UTC))
    await pass_time(minutes=20)
    assert (state(hass, GLUCOSE), runs.count) == ("unknown", 0)
    person.resume(datetime.now(UTC))
    await goes_to(60)
    assert runs.states == ["60"]


async def test_a_low_that_is_first_seen_when_the_account_loads_triggers(
    hass: HomeAssistant, loaded: MockConfigEntry, goes_to: GoesTo
) -> None:
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW)
    await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    assert state(hass, GLUCOSE) == "unavailable"
    await goes_to(60)
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert runs.states == ["60"]


async def test_a_low_that_is_too_old_when_it_is_seen_never_triggers(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, goes_to: GoesTo, pass_time: PassTime
) -> None:
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW)
    await hass.config_entries.async_unload(loaded.entry_id)
    await goes_to(60)
    person.pause(datetime.now(UTC))
    await pass_time(minutes=30)
    await hass.config_entries.async_setup(loaded.entry_id)
    await pass_time(minutes=5)
    assert (state(hass, GLUCOSE), runs.count) == ("unknown", 0)


# Starts of Home Assistant, and automations that are saved.


async def test_an_automation_that_is_saved_or_reloaded_during_a_low_does_not_trigger_at_once(
    hass: HomeAssistant, loaded: MockConfigEntry, goes_to: GoesTo
) -> None:
    await goes_to(60)
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW)
    for action in ("turn_off", "turn_on"):
        target = {"entity_id": "automation.automation_under_test"}
        await hass.services.async_call("automation", action, target, blocking=True)
    await goes_to(58)
    assert runs.count == 0
    for value in (80, 60):
        await goes_to(value)
    assert runs.count == 1


async def test_a_low_that_is_there_when_home_assistant_starts_triggers(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, goes_to: GoesTo
) -> None:
    begin_to_start(hass)
    person.curve = lambda _: 60
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW)
    assert runs.count == 0
    await started(hass)
    assert runs.states == ["60"]
    assert runs.told[0]["before"] == "unknown"
    await goes_to(55)
    assert runs.count == 1


async def test_glucose_in_range_when_home_assistant_starts_does_not_trigger(
    hass: HomeAssistant, entry: MockConfigEntry, goes_to: GoesTo
) -> None:
    begin_to_start(hass)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW)
    await started(hass)
    assert runs.count == 0
    await goes_to(60)
    assert runs.count == 1


async def test_a_low_that_is_there_when_home_assistant_starts_has_to_last_as_well(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, goes_to: GoesTo, pass_time: PassTime
) -> None:
    begin_to_start(hass)
    person.curve = lambda _: 60
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW, **{"for": {"minutes": 5}})
    await started(hass)
    await pass_time(minutes=4, seconds=50)
    assert runs.count == 0
    await pass_time(seconds=20)
    assert runs.count == 1


async def test_a_low_at_the_start_that_passes_soon_does_not_trigger(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, goes_to: GoesTo
) -> None:
    begin_to_start(hass)
    person.curve = lambda _: 60
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW, **{"for": {"minutes": 5}})
    await started(hass)
    await goes_to(80, minutes=10)
    assert runs.count == 0


async def test_a_cloud_that_is_away_at_the_start_hides_no_low(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, person: Person, goes_to: GoesTo
) -> None:
    begin_to_start(hass)
    cloud.stop_sharing(next(iter(cloud.accounts)), person)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW)
    await started(hass)
    assert runs.count == 0
    cloud.start_sharing(next(iter(cloud.accounts)), person)
    await goes_to(60)
    assert runs.states == ["60"]


@pytest.mark.parametrize(
    ("robin_has", "runs_for"),
    [(60, {"each": 2, "first": 1, "all": 1}), (120, {"each": 1, "first": 1, "all": 0})],
)
async def test_at_the_start_several_persons_count_as_they_do_later(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    robin_has: int,
    runs_for: dict[str, int],
) -> None:
    person.curve = lambda _: 60
    robin = Person(first_name="Robin", last_name="Sample", curve=lambda _: robin_has)
    cloud.start_sharing(account, robin)
    begin_to_start(hass)
    await set_up(hass, entry_of(account))
    both = {"entity_id": [GLUCOSE, "sensor.robin_sample_glucose"]}
    choices = [{"threshold": LOW, "behavior": behavior} for behavior in runs_for]
    runs = await Runs.of_each(hass, TRIGGER, both, choices)
    await started(hass)
    assert [each.count for each in runs] == list(runs_for.values())


async def test_an_automation_that_is_turned_off_soon_after_the_start_forgets_what_it_waited_for(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    begin_to_start(hass)
    person.curve = lambda _: 60
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX, threshold=LOW, **{"for": {"minutes": 5}})
    await started(hass)
    for action in ("turn_off", "turn_on"):
        target = {"entity_id": "automation.automation_under_test"}
        await hass.services.async_call("automation", action, target, blocking=True)
    await pass_time(minutes=6)
    assert runs.count == 0
