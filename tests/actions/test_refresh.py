"""Asking Abbott's cloud now instead of when it is time."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.diary_logins import read_diaries
from tests.support.entries import entry_of, own_entry_of
from tests.support.stored_history import HOUR, ask, device_id_of


async def test_a_refresh_asks_the_cloud_for_one_person(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, person: Person
) -> None:
    before = len(cloud.requests("connections"))

    await hass.services.async_call(
        DOMAIN, "refresh", {"person": device_id_of(hass, loaded, person)}, blocking=True
    )

    assert len(cloud.requests("connections")) == before + 1


async def test_a_refresh_of_everybody_asks_once_for_all_persons_of_an_account(
    hass: HomeAssistant, cloud: CloudDouble, person: Person
) -> None:
    others = [Person(first_name=name, curve=lambda _: 150, phase=timedelta()) for name in ("Ben", "Cleo")]
    account = cloud.add_account(Account(), persons=[person, *others])
    await set_up(hass, entry_of(account))
    before = len(cloud.requests("connections"))

    await hass.services.async_call(DOMAIN, "refresh", {}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert len(cloud.requests("connections")) == before + 1


async def test_a_refresh_that_fails_for_one_account_still_asks_the_others_and_says_why(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    await set_up(hass, entry_of(account))
    second = cloud.add_account(Account(email="second@example.com"), persons=[person])
    await set_up(hass, entry_of(second))
    before = len(cloud.requests("connections"))
    cloud.fail_next("connections", faults.status(500))

    with pytest.raises(HomeAssistantError) as refused:
        await hass.services.async_call(DOMAIN, "refresh", {}, blocking=True)

    assert refused.value.translation_key == "server_trouble"
    assert len(cloud.requests("connections")) == before + 2


async def test_a_refresh_without_any_account_does_nothing(
    hass: HomeAssistant, quiet: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(quiet.entry_id)
    await hass.services.async_call(DOMAIN, "refresh", {}, blocking=True)


async def test_a_refresh_asks_for_the_diary_too(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    await hass.config.async_set_time_zone(patient.time_zone)
    entry = await set_up(hass, own_entry_of(own_account))
    await read_diaries(hass, entry)
    await pass_time(minutes=20)
    patient.add_entry("note", at=NOON - HOUR, text="Long walk")

    await hass.services.async_call(
        DOMAIN, "refresh", {"person": device_id_of(hass, entry, patient)}, blocking=True
    )

    told = await ask(hass, "get_diary", person=device_id_of(hass, entry, patient))
    assert [each["text"] for each in told["entries"]] == ["Long walk"]
