"""The settings of a person's own app over a restart: a low is one by them before the cloud has answered."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.live.stored_uploads import parse_uploads, uploads_to_json
from tests.cloud_double import CloudDouble, Person, faults
from tests.cloud_double.person import Uom
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.restart import restarted
from tests.support.states import state

GLUCOSE = "sensor.alex_example_glucose"
RANGE, LOW = "sensor.alex_example_range", "binary_sensor.alex_example_low_glucose"


@pytest.mark.parametrize(
    ("mg_dl", "target_low", "shown"), [(75, 80, ("low", "on")), (67, 65, ("in_range", "off"))]
)
async def test_after_a_restart_without_the_cloud_a_low_is_one_by_the_persons_own_target(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    cloud: CloudDouble,
    pass_time: PassTime,
    mg_dl: int,
    target_low: int,
    shown: tuple[str, str],
) -> None:
    person.curve = lambda _at: mg_dl
    person.target_low = target_low
    await set_up(hass, entry)
    await pass_time(minutes=5)
    assert (state(hass, RANGE), state(hass, LOW)) == shown
    assert await hass.config_entries.async_unload(entry.entry_id)
    cloud.fail_always("*", faults.dropped())
    await set_up(hass, restarted(hass, entry))
    assert (state(hass, RANGE), state(hass, LOW)) == shown


async def test_after_a_restart_without_the_cloud_glucose_is_in_the_unit_of_the_persons_app(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, cloud: CloudDouble, pass_time: PassTime
) -> None:
    person.uom = Uom.MMOL_L
    await set_up(hass, entry)
    await pass_time(minutes=5)
    assert state(hass, GLUCOSE) == "6.7"
    assert await hass.config_entries.async_unload(entry.entry_id)
    cloud.fail_always("*", faults.dropped())
    await set_up(hass, restarted(hass, entry))
    assert state(hass, GLUCOSE) == "6.7"


@pytest.mark.parametrize(
    ("version", "stored"),
    [
        (1, []),
        (1, {"a": None}),
        (1, {"a": {"target_low": "x", "unit": []}}),
        (1, {"a": {"target_low": 1e400, "valueless_at": "2026-13-45T25:00:00+00:00"}}),
        (2, {}),
    ],
)
async def test_what_is_no_longer_understood_on_disk_is_not_needed(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
    version: int,
    stored: object,
) -> None:
    hass_storage[file_of(entry)] = {"version": version, "key": file_of(entry), "data": stored}
    await set_up(hass, entry)
    await pass_time(minutes=3)
    assert (state(hass, GLUCOSE), state(hass, RANGE)) == ("120", "in_range")


async def test_a_file_that_cannot_be_read_is_not_needed(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Store.async_load

    async def broken(store: Store[Any]) -> Any:
        if store.key.endswith("app_settings"):
            raise HomeAssistantError("Input/output error")
        return await load(store)

    monkeypatch.setattr(Store, "async_load", broken)
    await set_up(hass, entry)
    assert state(hass, GLUCOSE) == "120"


KNOWN = {"cadence": 60.0, "earliest_lag": -10.0, "lag_chances": {"12": 0.5, "90": 0.5}}


def test_what_is_known_of_uploads_is_read_as_it_was_written() -> None:
    known = parse_uploads(KNOWN)
    assert known is not None
    assert uploads_to_json(known) == KNOWN


@pytest.mark.parametrize(
    "changed",
    [
        {"cadence": 7},
        {"cadence": None},
        {"earliest_lag": "soon"},
        {"earliest_lag": float("nan")},
        {"lag_chances": {}},
        {"lag_chances": {"-1": 0.5, "99999": 0.5, "x": 1}},
        {"lag_chances": {"1": "much", "2": -1, "3": 7}},
        {"lag_chances": []},
    ],
)
def test_what_is_not_whole_of_uploads_is_learnt_anew(changed: dict[str, Any]) -> None:
    assert parse_uploads(KNOWN | changed) is None


async def test_they_are_gone_with_their_account(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    assert file_of(loaded) in hass_storage
    await hass.config_entries.async_remove(loaded.entry_id)
    assert file_of(loaded) not in hass_storage


def file_of(entry: MockConfigEntry) -> str:
    """The name of the file that they are in."""
    return f"{DOMAIN}.{entry.entry_id}.app_settings"
