"""Entries whose persons have diary logins, and reading their diaries now."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble
from tests.conftest import diary_login, entry_of, own_entry_of, set_up, subentry_data


def with_diaries(account: Account, *diaries: Account) -> MockConfigEntry:
    """An entry that follows the persons of an account, of whom the first have these diary logins."""
    entry = entry_of(account)
    persons = [
        subentry_data(person, **({"diary": diary_login(diary)} if diary else {}))
        for person, diary in zip(account.follows, (*diaries, *[None] * len(account.follows)), strict=False)
    ]
    return MockConfigEntry(
        domain=DOMAIN,
        version=2,
        title=entry.title,
        unique_id=entry.unique_id,
        data=dict(entry.data),
        subentries_data=persons,
    )


async def read(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Read the diaries now, whatever comes of it."""
    for diary in entry.runtime_data.diaries.values():
        await diary.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)


def is_read(entry: MockConfigEntry) -> bool:
    return all(diary.problem is None and diary.last_success for diary in entry.runtime_data.diaries.values())


def is_back(result: Any) -> bool:
    return (result["type"], result.get("reason")) == (FlowResultType.ABORT, "reauth_successful")


async def both_feeds(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, pass_time: Callable[..., Awaitable[None]]
) -> MockConfigEntry:
    """The account of a patient who follows themself, with live feed and diary both read."""
    assert account.own is not None
    cloud.start_sharing(account, account.own)
    entry = await set_up(hass, own_entry_of(account, live=True))
    await pass_time(minutes=6, step=30)  # One login for both, which signs in no more often than that.
    await read(hass, entry)
    assert is_read(entry)
    return entry
