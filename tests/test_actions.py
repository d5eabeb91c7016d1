"""What automations and scripts get when they ask for a person's history."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

from homeassistant.components.websocket_api.messages import message_to_json_bytes, result_message
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.helpers.template import Template
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.models import EntryKind, MeasuringRange, Reading, Source, Trend
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.conftest import NOON, entry_of, own_entry_of, set_up
from tests.diary_logins import read
from tests.histories import DAY, HOUR, MINUTE, ask, device_of, keep, readings_before, written

type PassTime = Callable[..., Awaitable[None]]

ACTIONS = ["get_readings", "get_diary", "get_statistics"]


@pytest.fixture
async def quiet(hass: HomeAssistant, entry: MockConfigEntry, person: Person) -> MockConfigEntry:
    """The account, set up, whose person has no reading yet."""
    person.has_reading = False
    return await set_up(hass, entry)


@pytest.fixture
def alex(hass: HomeAssistant, quiet: MockConfigEntry, person: Person) -> str:
    """The device of that person."""
    return device_of(hass, quiet, person)


def instants(answer: Any, among: str = "readings") -> list[datetime]:
    return [datetime.fromisoformat(each["at"]) for each in answer[among]]


async def refusal(hass: HomeAssistant, action: str, **fields: Any) -> HomeAssistantError:
    with pytest.raises(HomeAssistantError) as refused:
        await ask(hass, action, **fields)
    assert refused.value.translation_domain == DOMAIN
    return refused.value


# Readings.


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

    answer = await ask(hass, "get_readings", person=device_of(hass, loaded, person))

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


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_instant_alone_is_no_time_and_no_error(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person, action: str
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100] * 100))
    answer = await ask(hass, action, person=alex, start=NOON - HOUR, end=NOON - HOUR)

    assert answer.get("readings", []) in ([], 0)
    assert answer.get("average_glucose") is None
    assert answer.get("data_completeness", 0) == 0


@pytest.mark.parametrize("action", [*ACTIONS, "export"])
async def test_an_end_before_the_start_is_refused(hass: HomeAssistant, alex: str, action: str) -> None:
    error = await refusal(hass, action, person=alex, start=NOON, end=NOON - timedelta(seconds=1))

    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "end_before_start"


@pytest.mark.parametrize("action", ACTIONS)
async def test_somebody_of_whom_nothing_is_known_has_nothing(
    hass: HomeAssistant, alex: str, action: str
) -> None:
    answer = await ask(hass, action, person=alex)

    assert answer.get("readings", []) in ([], 0)
    assert answer.get("entries", []) == []
    assert answer.get("episodes", []) == []
    assert answer.get("time_in_ranges") is None


async def test_a_person_without_a_live_feed_has_a_history_too(
    hass: HomeAssistant, own_account: Account, patient: Person
) -> None:
    entry = await set_up(hass, own_entry_of(own_account))
    await keep(hass, entry, patient, readings_before(NOON, [100, 110]))
    jamie = device_of(hass, entry, patient)

    assert [each["value"] for each in (await ask(hass, "get_readings", person=jamie))["readings"]][-1] == 110
    assert (await ask(hass, "get_statistics", person=jamie))["readings"] >= 2
    assert (await ask(hass, "export", person=jamie))["readings"] >= 2


# The diary.


async def test_the_diary_is_given_by_the_persons_own_clock(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    entry = entry_of(account)
    entry.add_to_hass(hass)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={"time_zone": "Asia/Tokyo"})
    await hass.config_entries.async_setup(entry.entry_id)
    await keep(hass, entry, person, entries=[written(EntryKind.CARBOHYDRATES, amount=45)])

    answer = await ask(hass, "get_diary", person=device_of(hass, entry, person))

    assert answer == {
        "entries": [
            {
                "kind": "carbohydrates",
                "at": "2026-06-01T20:00:00+09:00",
                "precision": "minute",
                "amount": 45,
                "unit": "g",
                "text": "",
            }
        ]
    }
    assert isinstance(answer["entries"][0]["amount"], int)


async def test_a_dose_without_amount_has_none_and_a_note_its_text(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person
) -> None:
    dose = written(EntryKind.RAPID_ACTING_INSULIN)
    note = written(EntryKind.NOTE, NOON - MINUTE, text='Läufe, "easy"\n<b>')
    await keep(hass, quiet, person, entries=[dose, note])

    told = (await ask(hass, "get_diary", person=alex))["entries"]

    assert [(each["kind"], each["amount"], each["unit"], each["text"]) for each in told] == [
        ("rapid_acting_insulin", None, None, ""),
        ("note", None, None, 'Läufe, "easy"\n<b>'),
    ]


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        ("note", ["note"]),
        (["note", "ketones"], ["note", "ketones"]),
        ([], []),
        (None, ["note", "carbohydrates", "ketones"]),
    ],
)
async def test_only_the_kinds_that_are_asked_for_are_given(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    alex: str,
    person: Person,
    kinds: str | list[str] | None,
    found: list[str],
) -> None:
    entries = [
        written(EntryKind.NOTE, NOON - 3 * MINUTE, text="Cake"),
        written(EntryKind.CARBOHYDRATES, NOON - 2 * MINUTE, amount=30),
        written(EntryKind.KETONES, NOON - MINUTE, amount=0.3),
    ]
    await keep(hass, quiet, person, entries=entries)

    fields = {} if kinds is None else {"kind": kinds}
    answer = await ask(hass, "get_diary", person=alex, **fields)

    assert [each["kind"] for each in answer["entries"]] == found


@pytest.mark.parametrize(("unit", "told"), [("mg_dl", (99, "mg/dL")), ("mmol_l", (5.5, "mmol/L"))])
async def test_a_finger_prick_is_given_in_the_unit_that_is_asked_for(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    alex: str,
    person: Person,
    unit: str,
    told: tuple[float, str],
) -> None:
    await keep(hass, quiet, person, entries=[written(EntryKind.BLOOD_GLUCOSE, amount=99)])

    (entry,) = (await ask(hass, "get_diary", person=alex, unit=unit))["entries"]

    assert (entry["amount"], entry["unit"]) == told


async def test_a_kind_that_does_not_exist_is_refused(hass: HomeAssistant, alex: str) -> None:
    with pytest.raises(vol.Invalid):
        await ask(hass, "get_diary", person=alex, kind="mood")


# Statistics.


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

    answer = await ask(hass, "get_statistics", person=device_of(hass, entry, person))

    assert answer["thresholds"] == {"very_low": 54, "low": 80, "high": 140, "very_high": 250}
    own, consensus = answer["time_in_ranges"], answer["time_in_consensus_ranges"]
    assert (own["low"], own["in_range"], own["high"]) == (50, 0, 50)
    assert (consensus["low"], consensus["in_range"], consensus["high"]) == (0, 100, 0)


# What all of them have in common.


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_answer_is_plain_data_for_templates(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person, action: str
) -> None:
    entries = [
        written(kind, NOON - number * MINUTE, amount=4.5, text="text")
        for number, kind in enumerate(EntryKind, start=1)
    ]
    readings = [Reading(at=NOON - HOUR, mg_dl=113, trend=Trend.FALLING)]
    await keep(hass, quiet, person, readings, entries, source=Source.LIVE)
    await keep(hass, quiet, person, readings_before(NOON, [50, 60, 300] * 1000))

    answer = await ask(hass, action, person=alex)

    assert kinds_of_data(answer) <= {dict, list, str, int, float, bool, type(None)}
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert json.loads(message_to_json_bytes(result_message(1, answer)))["result"] == answer
    rendered = Template("{{ answer }}", hass).async_render({"answer": answer})
    assert rendered == answer


def kinds_of_data(value: Any) -> set[type]:
    inner: list[Any] = []
    if isinstance(value, dict):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list):
        inner = value
    return {type(value)}.union(*map(kinds_of_data, inner))


@pytest.mark.parametrize("action", [*ACTIONS, "export"])
async def test_a_device_that_does_not_exist_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, action: str
) -> None:
    error = await refusal(hass, action, person="0badcafe")

    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "person_unknown"


@pytest.mark.parametrize("action", [*ACTIONS, "export"])
async def test_a_device_of_something_else_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, action: str, device_registry: dr.DeviceRegistry
) -> None:
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    lamp = device_registry.async_get_or_create(
        config_entry_id=other.entry_id, identifiers={("other", "lamp")}
    )

    assert (await refusal(hass, action, person=lamp.id)).translation_key == "person_unknown"


async def test_a_device_of_nobody_who_is_followed_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    former = device_registry.async_get_or_create(
        config_entry_id=quiet.entry_id, identifiers={(DOMAIN, "somebody")}
    )

    assert (await refusal(hass, "get_readings", person=former.id)).translation_key == "person_unknown"


@pytest.mark.parametrize("action", [*ACTIONS, "export"])
async def test_a_person_of_an_account_that_is_not_set_up_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, action: str
) -> None:
    await hass.config_entries.async_unload(quiet.entry_id)

    error = await refusal(hass, action, person=alex)

    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "person_not_loaded"


@pytest.mark.parametrize("action", [*ACTIONS, "export"])
async def test_a_history_that_cannot_be_read_is_said(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, action: str
) -> None:
    Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry.entry_id}.history.db")).mkdir()
    await set_up(hass, entry)

    error = await refusal(hass, action, person=device_of(hass, entry, person))

    assert error.translation_key == "history_unwritable"


async def test_no_refusal_tells_of_the_person(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person, account: Account
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [137] * 10))
    errors = [
        await refusal(hass, "get_readings", person=alex, start=NOON, end=NOON - DAY),
        await refusal(hass, "get_readings", person="0badcafe"),
    ]
    await hass.config_entries.async_unload(quiet.entry_id)
    errors.append(await refusal(hass, "get_statistics", person=alex))

    secrets = [person.first_name, person.patient_id, account.email, account.user_id, alex, "0badcafe", "137"]
    texts = [f"{error} {error!r} {error.translation_placeholders}" for error in errors]
    assert not [(text, secret) for text in texts for secret in secrets if secret in text]


# Refreshing.


async def test_a_refresh_asks_the_cloud_for_one_person(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, person: Person
) -> None:
    before = len(cloud.requests("connections"))

    await hass.services.async_call(
        DOMAIN, "refresh", {"person": device_of(hass, loaded, person)}, blocking=True
    )

    assert len(cloud.requests("connections")) == before + 1


async def test_a_refresh_of_everybody_asks_once_for_all_persons_of_an_account(
    hass: HomeAssistant, cloud: CloudDouble, person: Person
) -> None:
    others = [Person(first_name=name, curve=lambda _: 150, phase=timedelta()) for name in ("Ben", "Cleo")]
    account = cloud.add_account(Account(), persons=[person, *others])
    await set_up(hass, entry_of(account))
    before = len(cloud.requests("connections"))

    await hass.services.async_call(DOMAIN, "refresh", {}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert len(cloud.requests("connections")) == before + 1


async def test_a_refresh_that_fails_for_one_account_still_asks_the_others_and_says_why(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    await set_up(hass, entry_of(account))
    second = cloud.add_account(Account(email="second@example.com"), persons=[person])
    await set_up(hass, entry_of(second))
    before = len(cloud.requests("connections"))
    cloud.fail_next("connections", faults.status(500))

    with pytest.raises(HomeAssistantError) as refused:
        await hass.services.async_call(DOMAIN, "refresh", {}, blocking=True)

    assert refused.value.translation_key == "server_trouble"
    assert len(cloud.requests("connections")) == before + 2


async def test_a_refresh_without_any_account_does_nothing(
    hass: HomeAssistant, quiet: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(quiet.entry_id)
    await hass.services.async_call(DOMAIN, "refresh", {}, blocking=True)


async def test_a_refresh_asks_for_the_diary_too(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    await hass.config.async_set_time_zone(patient.time_zone)
    entry = await set_up(hass, own_entry_of(own_account))
    await read(hass, entry)
    await pass_time(minutes=20, step=60)
    patient.add_entry("note", at=NOON - HOUR, text="Long walk")

    await hass.services.async_call(
        DOMAIN, "refresh", {"person": device_of(hass, entry, patient)}, blocking=True
    )

    told = await ask(hass, "get_diary", person=device_of(hass, entry, patient))
    assert [each["text"] for each in told["entries"]] == ["Long walk"]
