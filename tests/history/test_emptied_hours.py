"""Hours of a file that is taken back leave Home Assistant's statistics, whatever their mean was made of."""

from datetime import timedelta
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from custom_components.libreview.history import reading_table
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, set_up
from tests.history.conftest import House
from tests.support.csv_exports import export, glucose
from tests.support.csv_files import MADE, NAME, WALL, put
from tests.support.entries import entry_of
from tests.support.forms import fill
from tests.support.person_dialogs import choose
from tests.support.stored_history import MINUTE, ask, device_id_of


async def test_an_hour_whose_mean_depends_on_the_next_one_goes_with_the_file(
    hass: HomeAssistant,
    recorded_home: House,
    cloud: CloudDouble,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = Person()
    recorded_home.show()
    entry = await set_up(hass, entry_of(cloud.add_account(Account(), persons=[person])))
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    # The last one before a full hour holds for as long as it does by the first one after it.
    minutes = [number for number in range(0, 24 * 60, 5) if number % 60 <= 45]
    rows = [glucose(WALL + number * MINUTE, 100 + number % 50) for number in minutes]
    path = put(tmp_path, export(rows, made=MADE, name=NAME))
    await recorded_home.live_until(NOON + timedelta(minutes=5))
    (sensor,) = [
        state.entity_id
        for state in hass.states.async_all("sensor")
        if state.entity_id.endswith("alex_example_glucose")
    ]

    await ask(hass, "import_csv", person=device_id_of(hass, entry, person), path=path)
    await recorded_home.live_until(NOON + timedelta(minutes=10))
    assert len([hour for hour in await recorded_home.rows(sensor) if hour < NOON - timedelta(days=1)]) == 24
    monkeypatch.setattr(reading_table, "BATCH", 1)
    await fill(hass, await choose(hass, entry, "take_back_import"))
    await recorded_home.live_until(NOON + timedelta(minutes=15))

    assert [hour for hour in await recorded_home.rows(sensor) if hour < NOON - timedelta(days=1)] == []
