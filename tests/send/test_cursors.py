"""Up to where was sent to a server, over restarts and changes of it."""

from dataclasses import asdict
from typing import Any

import pytest

from custom_components.libreview.send.cursors import Cursors, get_cursors
from tests.conftest import NOON
from tests.nightscout_double import NightscoutDouble
from tests.support.stored_history import readings_before

from .conftest import Scene

TOKEN = "uploader-0123456789abcdef"
SAVED_AFTER = 16
"""Minutes."""


async def test_over_a_restart_nothing_is_sent_again(scene: Scene) -> None:
    await scene.keep(readings_before(NOON, [100, 101]))
    await scene.connect()
    scene.nightscout.requests.clear()
    await scene.hass.config_entries.async_reload(scene.entry.entry_id)
    await scene.hass.async_block_till_done(wait_background_tasks=True)
    assert not any(each.startswith("POST") for each in scene.nightscout.requests)
    assert scene.glucose() == [100, 101]


async def test_the_cursor_is_on_disk_before_anything_is_sent(
    scene: Scene, hass_storage: dict[str, Any]
) -> None:
    await scene.keep(readings_before(NOON, [100]))
    subentry = await scene.connect()
    await scene.pass_time(seconds=1)
    assert set(hass_storage["libreview.sent"]["data"]) == {subentry.subentry_id}


@pytest.mark.parametrize(
    "fields", [None, {"number": None}, {"number": "1"}, {"since": 1.5}, {"sent_by": 5}, {"again": True}]
)
async def test_a_file_that_is_not_understood_is_as_if_nothing_had_been_sent(
    scene: Scene, hass_storage: dict[str, Any], fields: dict[str, Any] | None
) -> None:
    subentry = await scene.connect()
    cursor = get_cursors(scene.hass).of(subentry.subentry_id)
    assert cursor is not None
    broken = None if fields is None else {**asdict(cursor), **fields}
    hass_storage["libreview.sent"] = {"version": 1, "data": {"it": broken}}
    cursors = Cursors(scene.hass)
    await cursors.async_load()
    assert cursors.of("it") is None
    hass_storage["libreview.sent"]["data"] = []
    await cursors.async_load()


async def test_after_a_restart_it_goes_on_where_it_was(scene: Scene, hass_storage: dict[str, Any]) -> None:
    await scene.keep(readings_before(NOON, [100]))
    first, second = await scene.connect(), await scene.connect()
    await scene.pass_time(minutes=SAVED_AFTER)
    stored = hass_storage["libreview.sent"]["data"]
    stored["of another version"] = {"number": 1}
    cursors = Cursors(scene.hass)
    await cursors.async_load()
    for subentry in (first, second):
        cursor = cursors.of(subentry.subentry_id)
        assert cursor is not None
        assert asdict(cursor) == stored[subentry.subentry_id]
    assert cursors.of("of another version") is None

    scene.hass.config_entries.async_remove_subentry(scene.entry, first.subentry_id)
    await scene.hass.async_block_till_done(wait_background_tasks=True)
    assert set(hass_storage["libreview.sent"]["data"]) == {second.subentry_id}


async def test_another_server_gets_the_last_days_too(scene: Scene) -> None:
    await scene.keep(readings_before(NOON, [100]))
    subentry = await scene.connect()
    other = NightscoutDouble(lambda: NOON)
    async with other.serving() as url:
        data = {**subentry.data, "url": url}  # Within the hour, so that the last days are the same.
        scene.hass.config_entries.async_update_subentry(scene.entry, subentry, data=data)
        await scene.hass.async_block_till_done(wait_background_tasks=True)
        assert list(other.sgvs().values()) == [100]
        scene.hass.config_entries.async_remove_subentry(scene.entry, subentry.subentry_id)
        await scene.hass.async_block_till_done(wait_background_tasks=True)
