"""While the storage cannot be written, restarts do not sign in again and again, and people are told."""

from collections.abc import Iterator
from contextlib import contextmanager
import errno
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import CloudDouble, Person
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.restart import restarted
from tests.support.states import state

GLUCOSE = "sensor.alex_example_glucose"


@contextmanager
def nothing_is_written(number: int = errno.EROFS) -> Iterator[None]:
    """A storage folder that takes nothing, so that a restart knows what it held before."""

    async def refuse(store: Store[Any], _data: object) -> None:
        error = OSError(number, "no")
        raise WriteError(f"{store.path}: {error}") from error

    with patch.object(Store, "_async_write_data", refuse):
        yield


def is_said(hass: HomeAssistant, entry: MockConfigEntry) -> bool:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"storage_unwritable_{entry.entry_id}") is not None


async def restart(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Home Assistant is started again, and remembers no issue."""
    await hass.config_entries.async_unload(entry.entry_id)
    for domain, issue_id in list(ir.async_get(hass).issues):
        ir.async_delete_issue(hass, domain, issue_id)
    return await set_up(hass, restarted(hass, entry))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
async def test_restarts_within_five_minutes_sign_in_not_even_once(
    hass: HomeAssistant, cloud: CloudDouble, entry: MockConfigEntry, pass_time: PassTime, number: int
) -> None:
    with nothing_is_written(number):
        await set_up(hass, entry)
        for _ in range(4):
            assert is_said(hass, entry)
            await pass_time(minutes=4)
            entry = await restart(hass, entry)
        assert not cloud.requests("login")

        await pass_time(minutes=7)

        assert len(cloud.requests("login")) == 1
        assert state(hass, GLUCOSE) == "120"
        await pass_time(minutes=20)
        assert len(cloud.requests("login")) == 1
        assert is_said(hass, entry)


async def test_what_could_not_be_written_is_written_when_that_is_possible_again(
    hass: HomeAssistant, cloud: CloudDouble, entry: MockConfigEntry, pass_time: PassTime
) -> None:
    with nothing_is_written():
        await set_up(hass, entry)
        await pass_time(minutes=7)
    await pass_time(minutes=6)
    assert not is_said(hass, entry)

    entry = await restart(hass, entry)

    assert len(cloud.requests("login")) == 1, "the ticket has outlived the restart"
    assert state(hass, GLUCOSE) == "120"


async def test_a_ticket_that_is_on_disk_needs_no_sign_in(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=2)
    with nothing_is_written():
        entry = await restart(hass, loaded)
        await pass_time(minutes=2)

        assert len(cloud.requests("login")) == 1
        assert state(hass, GLUCOSE) == "120"
        assert not is_said(hass, entry)
