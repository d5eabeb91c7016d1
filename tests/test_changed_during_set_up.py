"""An account that is changed while it is being set up, which a reload after another change does."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
import logging
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.cloud.librelinkup import LibreLinkUp
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.support.states import state

ALEX = "sensor.alex_example_glucose"
SAM = "sensor.sam_example_glucose"

ENOUGH = 4
"""A reload has more moments than that: history, tickets, answer, what is stored of each person."""

type ReloadWith = Callable[[MockConfigEntry, int, Callable[[], object]], Awaitable[bool]]


@pytest.fixture
def account(cloud: CloudDouble, person: Person) -> Account:
    """An account that follows two."""
    sam = Person(first_name="Sam", curve=lambda _: 90)
    return cloud.add_account(Account(), persons=[person, sam])


@pytest.fixture
def reload_with(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> ReloadWith:
    """Reload an entry, and make a change when something is done in a thread for the so-manieth time.

    Return whether it was done so often. Also the request for the cloud's answer counts as one.
    """

    async def reload_with(entry: MockConfigEntry, number: int, change: Callable[[], object]) -> bool:
        begun = 0

        def began() -> None:
            nonlocal begun
            if begun == number:
                change()
            begun += 1

        run_job, ask = hass.async_add_executor_job, LibreLinkUp.connections

        def job(target: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
            began()
            return run_job(target, *args)

        async def connections(client: LibreLinkUp) -> Any:
            began()
            return await ask(client)

        with monkeypatch.context() as patch:
            patch.setattr(hass, "async_add_executor_job", job)
            patch.setattr(LibreLinkUp, "connections", connections)
            await hass.config_entries.async_reload(entry.entry_id)
            is_reached = begun > number
            begun = number + 1
            await hass.async_block_till_done(wait_background_tasks=True)
        return is_reached

    return reload_with


async def test_whoever_is_removed_at_any_moment_of_a_set_up_is_gone_after_it(
    hass: HomeAssistant, loaded: MockConfigEntry, caplog: pytest.LogCaptureFixture, reload_with: ReloadWith
) -> None:
    [sam] = [each for each in loaded.subentries.values() if each.title == "Sam Example"]
    caplog.clear()
    remove = partial(hass.config_entries.async_remove_subentry, loaded, sam.subentry_id)
    for moment in count():
        if not await reload_with(loaded, moment, remove):
            assert moment > ENOUGH
            return
        assert [each.subentry.title for each in loaded.runtime_data.persons.values()] == ["Alex Example"]
        assert hass.states.get(SAM) is None
        assert loaded.data["declined"] == [sam.unique_id]
        assert not [each for each in caplog.records if each.levelno >= logging.WARNING]

        hass.config_entries.async_add_subentry(loaded, again(sam))
        await hass.async_block_till_done(wait_background_tasks=True)


async def test_whoever_is_added_at_any_moment_of_a_set_up_is_shown_after_it(
    hass: HomeAssistant, loaded: MockConfigEntry, caplog: pytest.LogCaptureFixture, reload_with: ReloadWith
) -> None:
    [sam] = [each for each in loaded.subentries.values() if each.title == "Sam Example"]
    caplog.clear()
    for moment in count():
        hass.config_entries.async_remove_subentry(loaded, sam.subentry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        add = partial(hass.config_entries.async_add_subentry, loaded, again(sam))
        if not await reload_with(loaded, moment, add):
            assert moment > ENOUGH
            return
        assert state(hass, SAM) == "90"
        assert not [each for each in caplog.records if each.levelno >= logging.WARNING]


async def test_whoever_is_removed_during_the_first_request_is_not_followed_again(
    hass: HomeAssistant, cloud: CloudDouble, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={"follow_everybody": True})
    answered = asyncio.Event()
    cloud.fail_next("connections", faults.slow(answered))
    setting_up = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
    while not cloud.requests("connections"):
        await asyncio.sleep(0)
    hass.config_entries.async_remove_subentry(entry, "subentry-sam")
    answered.set()
    assert await setting_up
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [each.title for each in entry.subentries.values()] == ["Alex Example"]
    assert hass.states.get(SAM) is None
    assert state(hass, ALEX) == "120"


async def test_options_saved_during_a_set_up_count_after_it(
    hass: HomeAssistant, loaded: MockConfigEntry, reload_with: ReloadWith
) -> None:
    for moment in count():
        options = {"interval": 61 + moment}
        save = partial(hass.config_entries.async_update_entry, loaded, options=options)
        if not await reload_with(loaded, moment, save):
            assert moment > ENOUGH
            return
        assert loaded.runtime_data.live.describe()["interval"] == options["interval"]


async def test_settings_of_a_person_saved_during_a_set_up_count_after_it(
    hass: HomeAssistant, loaded: MockConfigEntry, reload_with: ReloadWith
) -> None:
    [alex] = [each for each in loaded.subentries.values() if each.title == "Alex Example"]
    for moment in count():
        low, shown = (130, "low") if moment % 2 == 0 else (70, "in_range")
        save = partial(
            hass.config_entries.async_update_subentry, loaded, alex, data={**alex.data, "low": low}
        )
        if not await reload_with(loaded, moment, save):
            assert moment > ENOUGH
            return
        assert state(hass, "sensor.alex_example_range") == shown


def again(person: ConfigSubentry) -> ConfigSubentry:
    """Return the subentry of a person who is added once more."""
    return ConfigSubentry(
        data=MappingProxyType(dict(person.data)),
        subentry_id=person.subentry_id,
        subentry_type=person.subentry_type,
        title=person.title,
        unique_id=person.unique_id,
    )
