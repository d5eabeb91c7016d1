"""Entries whose persons have diary logins, and reading their diaries now."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of, own_entry_of
from tests.support.feeds import diary_feeds


def with_diaries(account: Account, *diaries: Account) -> MockConfigEntry:
    """An entry that follows the persons of an account, of whom the first have these diary logins."""
    return entry_of(account, diaries=diaries)


async def set_up_and_read(hass: HomeAssistant, account: Account, pass_time: PassTime) -> MockConfigEntry:
    """Set somebody's own account up and wait for its first report."""
    entry = await set_up(hass, own_entry_of(account))
    await pass_time(seconds=30)
    return entry


async def read_diaries(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Read the diaries now, whatever comes of it."""
    for diary in diary_feeds(entry).values():
        await diary.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)


def is_read(entry: MockConfigEntry) -> bool:
    return all(diary.problem is None and diary.last_success for diary in diary_feeds(entry).values())


def is_back(result: Any) -> bool:
    return (result["type"], result.get("reason")) == (FlowResultType.ABORT, "reauth_successful")


async def both_feeds(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, pass_time: PassTime
) -> MockConfigEntry:
    """The account of a patient who follows themself, with live feed and diary both read."""
    assert account.own is not None
    cloud.start_sharing(account, account.own)
    entry = await set_up(hass, own_entry_of(account, live=True))
    await pass_time(minutes=6)  # One login for both, which signs in no more often than that.
    await read_diaries(hass, entry)
    assert is_read(entry)
    return entry
