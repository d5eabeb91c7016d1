"""The feeds of an account that is set up."""

from typing import Any

from custom_components.libreview.account.account import Account
from custom_components.libreview.account.followed_person import FollowedPerson, async_refresh_now
from custom_components.libreview.diary.coordinator import DiaryCoordinator


def diary_feeds(entry: Any) -> dict[str, DiaryCoordinator]:
    """Return the diary feeds of an entry by the key of their login."""
    account: Account = entry.runtime_data
    return {feed.login.key: feed for feed in account.feeds if isinstance(feed, DiaryCoordinator)}


async def refresh(entry: Any, patient_id: str) -> None:
    """Refresh a person's feeds, as their button does."""
    person: FollowedPerson = entry.runtime_data.persons[patient_id]
    await async_refresh_now([person])
