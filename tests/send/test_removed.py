"""A server, a person or an account is removed, and with it everything that was for sending."""

from typing import Any

from custom_components.libreview.send.destination import hash_secret
from tests.conftest import NOON
from tests.support.stored_history import readings_before

from .conftest import Scene

TOKEN = "uploader-0123456789abcdef"
SAVED_AFTER = 16
"""Minutes."""


async def test_whoever_is_removed_is_not_sent_any_more_and_nothing_of_it_is_kept(
    scene: Scene, hass_storage: dict[str, Any]
) -> None:
    await scene.keep(readings_before(NOON, [100]))
    account = scene.entry.runtime_data
    subentry = await scene.connect(secret=TOKEN)
    await scene.pass_time(minutes=SAVED_AFTER)
    assert scene.issues() == ["send_refused"]

    scene.hass.config_entries.async_remove_subentry(scene.entry, subentry.subentry_id)
    await scene.hass.async_block_till_done(wait_background_tasks=True)
    scene.nightscout.requests.clear()
    scene.person.has_reading = True
    await scene.pass_time(minutes=SAVED_AFTER)

    assert scene.nightscout.requests == []
    assert scene.issues() == []
    assert "libreview.sent" not in hass_storage
    assert hash_secret(TOKEN) not in str(scene.entry.as_dict())
    assert scene.entry.runtime_data is account  # None of that reloads the account.


async def test_a_person_who_is_removed_takes_the_server_along(
    scene: Scene, hass_storage: dict[str, Any]
) -> None:
    await scene.keep(readings_before(NOON, [100]))
    await scene.connect()
    await scene.pass_time(minutes=SAVED_AFTER)
    (subentry,) = scene.entry.get_subentries_of_type("person")
    scene.hass.config_entries.async_remove_subentry(scene.entry, subentry.subentry_id)
    await scene.hass.async_block_till_done(wait_background_tasks=True)
    await scene.pass_time(minutes=SAVED_AFTER)
    assert list(scene.entry.get_subentries_of_type("nightscout")) == []
    assert "libreview.sent" not in hass_storage
    # What was sent belongs to whoever has the server.
    assert scene.glucose() == [100]


async def test_the_account_takes_it_along_too(scene: Scene, hass_storage: dict[str, Any]) -> None:
    await scene.keep(readings_before(NOON, [100]))
    await scene.connect()
    await scene.pass_time(minutes=SAVED_AFTER)
    assert "libreview.sent" in hass_storage
    await scene.hass.config_entries.async_remove(scene.entry.entry_id)
    await scene.hass.async_block_till_done(wait_background_tasks=True)
    assert "libreview.sent" not in hass_storage
