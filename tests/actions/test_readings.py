"""The readings that automations and scripts get."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.models import EntryKind, MeasuringRange, Reading, Source, Trend
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, set_up
from tests.support.entries import entry_of
from tests.support.stored_history import (
    HOUR,
    MINUTE,
    ask,
    device_id_of,
    keep,
    readings_before,
    refusal,
    written,
)


def instants(answer: Any) -> list[datetime]:
    return [datetime.fromisoformat(each["at"]) for each in answer["readings"]]


async def test_readings_are_given_in_the_order_of_time_with_all_that_is_known_of_them(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person
) -> None:
    told = Reading(at=NOON - HOUR, mg_dl=400, trend=Trend.RISING, measuring_range=MeasuringRange.ABOVE)
    await keep(hass, quiet, person, [told], source=Source.LIVE)
    await keep(hass, quiet, person, readings_before(NOON, [70, 80]))

    assert await ask(hass, "get_readings", person=alex) == {
        "unit": "mg/dL",
        "readings": [
            {
                "at": "2026-06-01T11:00:00+00:00",
                "value": 400,
                "trend": "rising",
                "measuring_range": "above",
                "source": "live",
            },
            *(
                {
                    "at": f"2026-06-01T11:{minute}:00+00:00",
                    "value": value,
                    "trend": None,
                    "measuring_range": "within",
                    "source": "csv",
                }
                for minute, value in ((50, 70), (55, 80))
            ),
        ],
    }


@pytest.mark.parametrize(
    ("unit", "name", "values"),
    [("mg_dl", "mg/dL", [70, 113, 400]), ("mmol_l", "mmol/L", [3.9, 6.3, 22.2])],
)
async def test_values_are_the_numbers_of_the_libre_app_in_the_unit_that_is_asked_for(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    alex: str,
    person: Person,
    unit: str,
    name: str,
    values: list[float],
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [70, 113, 400]))

    answer = await ask(hass, "get_readings", person=alex, unit=unit)

    assert answer["unit"] == name
    assert [each["value"] for each in answer["readings"]] == values


async def test_without_a_unit_it_is_the_persons_own(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    entry = entry_of(account)
    person.has_reading = False
    loaded = await set_up(hass, entry)
    (subentry,) = loaded.subentries.values()
    hass.config_entries.async_update_subentry(loaded, subentry, data={"unit": "mmol/L"})
    await hass.async_block_till_done(wait_background_tasks=True)
    await keep(hass, loaded, person, readings_before(NOON, [70]))

    answer = await ask(hass, "get_readings", person=device_id_of(hass, loaded, person))

    live = loaded.runtime_data.persons[person.patient_id].snapshot().unit
    assert answer["unit"] == live.value


async def test_without_a_span_readings_are_those_of_the_last_24_hours(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100] * 30, every=HOUR))

    answer = await ask(hass, "get_readings", person=alex)

    assert instants(answer) == [NOON - 24 * HOUR + number * HOUR for number in range(24)]


async def test_a_span_begins_with_its_start_and_ends_before_its_end(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100] * 300, every=HOUR))
    start, end = NOON - 250 * HOUR, NOON - 240 * HOUR

    answer = await ask(hass, "get_readings", person=alex, start=start.isoformat(), end=end.isoformat())

    assert instants(answer) == [start + number * HOUR for number in range(10)]


async def test_an_end_alone_is_that_of_24_hours(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100] * 100, every=HOUR))
    end = NOON - 48 * HOUR

    found = instants(await ask(hass, "get_readings", person=alex, end=end.isoformat()))

    assert (found[0], found[-1], len(found)) == (end - 24 * HOUR, end - HOUR, 24)


async def test_times_without_a_zone_are_meant_by_the_clock_of_home_assistant(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    await keep(hass, quiet, person, readings_before(NOON, [100] * 24, every=HOUR))

    answer = await ask(
        hass, "get_readings", person=alex, start="2026-06-01 10:00:00", end="2026-06-01 12:00:00"
    )

    assert instants(answer) == [datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (8, 9)]


async def test_more_readings_than_a_response_holds_are_refused_with_that_number(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    alex: str,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.libreview.actions.bounds.MOST_READINGS", 10)
    await keep(hass, quiet, person, readings_before(NOON, [100] * 11))

    assert len((await ask(hass, "get_readings", person=alex, start=NOON - 50 * MINUTE))["readings"]) == 10
    error = await refusal(hass, "get_readings", person=alex)

    assert error.translation_key == "too_many_readings"
    assert error.translation_placeholders == {"limit": "10"}
    assert (await refusal(hass, "export", person=alex)).translation_key == "too_many_readings"


async def test_more_entries_than_a_response_holds_are_refused_with_that_number_but_written_to_a_file(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    alex: str,
    person: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.libreview.actions.bounds.MOST_ENTRIES", 10)
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    entries = [written(EntryKind.CARBOHYDRATES, NOON - each * MINUTE, amount=each) for each in range(1, 12)]
    await keep(hass, quiet, person, entries=entries)

    found = await ask(hass, "get_diary", person=alex, start=NOON - 10 * MINUTE)
    errors = [await refusal(hass, action, person=alex) for action in ("get_diary", "export")]
    exported = await ask(hass, "export", person=alex, path=str(tmp_path / "diary.csv"))

    assert len(found["entries"]) == 10
    assert [error.translation_key for error in errors] == ["too_many_entries"] * 2
    assert errors[0].translation_placeholders == {"limit": "10"}
    assert exported["entries"] == 11
