"""The statistics that automations and scripts get."""

from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON
from tests.support.entries import entry_of
from tests.support.stored_history import DAY, ask, device_id_of, keep, readings_before


async def test_the_statistics_of_a_fortnight_are_those_of_its_readings(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person
) -> None:
    # Of each day 6 h at 60, 12 h at 120, and 6 h at 200 mg/dL.
    day = [60] * 72 + [120] * 144 + [200] * 72
    await keep(hass, quiet, person, readings_before(NOON, day * 14))

    answer = await ask(hass, "get_statistics", person=alex)

    episodes = answer.pop("episodes")
    assert answer == {
        "start": "2026-05-18T12:00:00+00:00",
        "end": "2026-06-01T12:00:00+00:00",
        "unit": "mg/dL",
        "readings": 14 * 288,
        "data_completeness": 100,
        "enough_data": True,
        "average_glucose": 125,
        "standard_deviation": 49.7,
        "coefficient_of_variation": 39.8,
        "gmi": 6.3,
        "time_in_ranges": {"very_low": 0, "low": 25, "in_range": 50, "high": 25, "very_high": 0},
        "thresholds": {"very_low": 54, "low": 70, "high": 180, "very_high": 250},
        "time_in_consensus_ranges": {"very_low": 0, "low": 25, "in_range": 50, "high": 25, "very_high": 0},
    }
    assert len(episodes) == 28
    assert episodes[0] == {
        "kind": "low",
        "start": "2026-05-18T12:00:00+00:00",
        "end": "2026-05-18T18:00:00+00:00",
        "extreme": 60,
    }
    assert (episodes[1]["kind"], episodes[1]["extreme"]) == ("high", 200)


async def test_statistics_in_mmol_per_litre_have_no_endless_decimals(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [61, 113, 287] * 1344))

    answer = await ask(hass, "get_statistics", person=alex, unit="mmol_l")

    assert answer["unit"] == "mmol/L"
    assert answer["average_glucose"] == 8.54
    assert answer["thresholds"] == {"very_low": 3.0, "low": 3.9, "high": 10.0, "very_high": 13.9}
    assert max(len(str(number)) for number in numbers(answer)) <= 6


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for each in value.values() for number in numbers(each)]
    if isinstance(value, list):
        return [number for each in value for number in numbers(each)]
    return [value] if isinstance(value, float) else []


async def test_too_little_data_is_said_beside_the_figures(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100] * 288 * 7))

    answer = await ask(hass, "get_statistics", person=alex)
    week = await ask(hass, "get_statistics", person=alex, start=NOON - 7 * DAY)

    assert (answer["data_completeness"], answer["enough_data"]) == (50, False)
    assert (week["data_completeness"], week["enough_data"]) == (100, True)


async def test_time_in_ranges_goes_by_the_persons_thresholds_and_by_those_of_the_consensus(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    person.has_reading = False
    entry = entry_of(account)
    entry.add_to_hass(hass)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={"low": 80, "high": 140})
    await hass.config_entries.async_setup(entry.entry_id)
    await keep(hass, entry, person, readings_before(NOON, [75, 160] * 2016))

    answer = await ask(hass, "get_statistics", person=device_id_of(hass, entry, person))

    assert answer["thresholds"] == {"very_low": 54, "low": 80, "high": 140, "very_high": 250}
    own, consensus = answer["time_in_ranges"], answer["time_in_consensus_ranges"]
    assert (own["low"], own["in_range"], own["high"]) == (50, 0, 50)
    assert (consensus["low"], consensus["in_range"], consensus["high"]) == (0, 100, 0)
