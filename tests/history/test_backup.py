"""Writes to the history pause while it is copied into a backup, and no backup fails because of it."""

import asyncio
import sqlite3
from typing import override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.libreview import backup
from custom_components.libreview.const import DOMAIN
from custom_components.libreview.history.backup_pause import async_register_pausable


class File:
    def __init__(self, error: Exception | None = None) -> None:
        self.is_paused = False
        self.error = error

    async def async_pause(self) -> None:
        if self.error:
            raise self.error
        self.is_paused = True

    async def async_resume(self) -> None:
        self.is_paused = False


class SlowFile(File):
    @override
    async def async_pause(self) -> None:
        self.is_paused = True
        await asyncio.Event().wait()


async def test_all_files_are_paused_until_the_backup_is_made(hass: HomeAssistant) -> None:
    files = [File(), File()]
    for file in files:
        async_register_pausable(hass, file)
    await backup.async_pre_backup(hass)
    assert [file.is_paused for file in files] == [True, True]
    await backup.async_post_backup(hass)
    assert [file.is_paused for file in files] == [False, False]


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError("mine"), OSError("mine"), HomeAssistantError("mine")]
)
async def test_a_file_that_cannot_be_paused_fails_neither_the_backup_nor_other_files(
    hass: HomeAssistant, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async_register_pausable(hass, File(error))
    other = File()
    async_register_pausable(hass, other)
    await backup.async_pre_backup(hass)
    assert other.is_paused
    assert type(error).__name__ in caplog.text
    assert str(error) not in caplog.text
    await backup.async_post_backup(hass)
    assert not other.is_paused


async def test_a_file_that_is_slow_to_pause_is_not_waited_for_and_resumed_afterwards(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    slow = SlowFile()
    async_register_pausable(hass, slow)
    pausing = hass.async_create_task(backup.async_pre_backup(hass))
    await asyncio.sleep(0)
    freezer.tick(11)
    async_fire_time_changed(hass)
    await pausing
    assert slow.is_paused
    await backup.async_post_backup(hass)
    assert not slow.is_paused


async def test_a_file_unregistered_during_the_backup_is_resumed_too(hass: HomeAssistant) -> None:
    file = File()
    unregister = async_register_pausable(hass, file)
    await backup.async_pre_backup(hass)
    unregister()
    await backup.async_post_backup(hass)
    assert not file.is_paused
    await backup.async_pre_backup(hass)
    assert not file.is_paused


async def test_a_backup_without_files_to_pause_succeeds(hass: HomeAssistant) -> None:
    await backup.async_post_backup(hass)
    await backup.async_pre_backup(hass)


async def test_home_assistants_backup_calls_the_hooks(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    assert await async_setup_component(hass, "backup", {})
    await hass.async_block_till_done()
    file = File()
    async_register_pausable(hass, file)
    manager = hass.data["backup"]
    await manager.async_pre_backup_actions()
    assert file.is_paused
    await manager.async_post_backup_actions()
    assert not file.is_paused
    assert DOMAIN in manager.platforms
