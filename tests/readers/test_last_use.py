"""The last use of readers, on disk."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.readers.last_use import LastUse, Use, get_last_use
from tests.cloud_double import Person
from tests.support.clock import PassTime
from tests.support.readers import share

SAVED_AFTER = 16
"""Minutes."""


async def test_what_was_stored_is_known_again_whatever_else_a_later_version_stores(
    hass: HomeAssistant, quiet: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    stored = {"used_at": "2026-06-01T11:00:00+00:00", "used_from": "192.168.1.7", "something": "new"}
    hass_storage["libreview.readers"] = {"version": 1, "data": {"reader": stored}}
    last_use = LastUse(hass)
    await last_use.async_load()
    assert last_use.of("reader") == Use(used_at=stored["used_at"], used_from="192.168.1.7")
    assert last_use.of("another") == Use()


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"reader": None},
        {"reader": {"used_at": "soon", "used_from": "192.168.1.7"}},
        {"reader": {"used_at": "2026-06-01T11:00:00", "refused_at": 5, "refused_from": []}},
    ],
)
async def test_what_is_not_understood_of_a_use_is_not_known(
    hass: HomeAssistant, hass_storage: dict[str, Any], data: Any
) -> None:
    hass_storage["libreview.readers"] = {"version": 1, "data": data}
    last_use = LastUse(hass)
    await last_use.async_load()
    assert last_use.of("reader") == Use()


async def test_addresses_are_kept_for_a_month_and_readers_as_long_as_they_are_there(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
) -> None:
    reader = await share(hass, quiet, person)
    gone = await share(hass, quiet, person, key="gone")
    last_use = get_last_use(hass)
    last_use.async_note(gone.subentry_id, "192.168.1.8")
    last_use.async_note(reader.subentry_id, "203.0.113.7", refused=True)
    hass.config_entries.async_remove_subentry(quiet, gone.subentry_id)
    freezer.tick(timedelta(days=31))
    last_use.async_note(reader.subentry_id, "192.168.1.7")
    await pass_time(minutes=SAVED_AFTER)

    (stored,) = hass_storage["libreview.readers"]["data"].values()
    assert (stored["used_from"], stored["refused_from"]) == ("192.168.1.7", None)
    assert stored["refused_at"] == "2026-06-01T12:00:00+00:00"


async def test_an_old_address_is_forgotten_also_where_nobody_reads_any_more(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
) -> None:
    reader = await share(hass, quiet, person)
    last_use = get_last_use(hass)
    last_use.async_note(reader.subentry_id, "192.168.1.7")
    await pass_time(minutes=SAVED_AFTER)
    await pass_time(days=29, step=6 * 3600)
    assert last_use.of(reader.subentry_id).used_from == "192.168.1.7"
    assert "192.168.1.7" in str(hass_storage["libreview.readers"])

    await pass_time(days=2, step=6 * 3600)

    used = last_use.of(reader.subentry_id)
    assert (used.used_at, used.used_from) == ("2026-06-01T12:00:00+00:00", None)
    assert "192.168.1.7" not in str(hass_storage["libreview.readers"])


async def test_an_old_address_is_forgotten_at_the_start(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
) -> None:
    reader = await share(hass, quiet, person)
    stored = {"used_at": "2026-04-01T11:00:00+00:00", "used_from": "192.168.1.7"}
    hass_storage["libreview.readers"] = {"version": 1, "data": {reader.subentry_id: stored}}
    await LastUse(hass).async_load()
    await pass_time(minutes=SAVED_AFTER)
    assert "192.168.1.7" not in str(hass_storage["libreview.readers"])


async def test_the_file_goes_with_the_last_account(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
) -> None:
    reader = await share(hass, quiet, person)
    get_last_use(hass).async_note(reader.subentry_id, "192.168.1.7")
    await pass_time(minutes=SAVED_AFTER)
    assert "libreview.readers" in hass_storage

    await hass.config_entries.async_remove(quiet.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert "libreview.readers" not in hass_storage
