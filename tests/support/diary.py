"""Somebody's diary as it goes on: entries made, reports asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.diary.coordinator import DiaryCoordinator
from custom_components.libreview.models import DiaryEntry
from tests.cloud_double import CloudDouble, Person
from tests.conftest import set_up
from tests.support.feeds import diary_feeds
from tests.support.restart import restarted

DIARY = "event.jamie_sample_diary_entry"
_AMOUNTS: Iterator[int] = count(1)


def ago(**span: float) -> datetime:
    """So long before now."""
    return datetime.now(UTC) - timedelta(**span)


def dose(person: Person, at: datetime | None = None, uploaded: datetime | None = None) -> float:
    """The person notes carbohydrates, now unless said otherwise: an amount that is there only once."""
    amount = float(next(_AMOUNTS) % 900 + 1)
    person.add_entry("carbohydrates", at=at or ago(), amount=amount, uploaded=uploaded)
    return amount


def diary(entry: ConfigEntry, login: str = "libreview") -> DiaryCoordinator:
    """The diary feed of an account."""
    coordinator: DiaryCoordinator = diary_feeds(entry)[login]
    return coordinator


def entries(entry: ConfigEntry) -> tuple[DiaryEntry, ...]:
    """What is known of the only diary."""
    return next(iter(diary(entry).data.values())).entries


def reports(cloud: CloudDouble) -> list[datetime]:
    """When reports were asked for."""
    return [request.at for request in cloud.requests("report_settings")]


def minutes_between(instants: list[datetime]) -> list[float]:
    """The pauses between them."""
    return [(later - earlier).total_seconds() / 60 for earlier, later in pairwise(instants)]


async def restart(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Home Assistant stops and starts again."""
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return await set_up(hass, restarted(hass, entry))


def problem(entry: ConfigEntry, login: str = "libreview") -> str | None:
    """What keeps the diary from being read."""
    found = diary(entry, login).problem
    return found.key if found else None
