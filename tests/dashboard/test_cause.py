"""What the dashboard card is told of why there is no value."""

from collections.abc import Callable

from homeassistant.components.button.const import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.conftest import set_up
from tests.support.card_client import next_change, silent, subscribed
from tests.support.clock import PassTime
from tests.support.entries import own_entry_of
from tests.support.states import repairs

type Happening = Callable[[CloudDouble, Account], object]


def login(fault: faults.Fault) -> Happening:
    def happens(cloud: CloudDouble, account: Account) -> None:
        cloud.revoke_tickets(account)
        cloud.fail_always("login", fault)

    return happens


@pytest.mark.parametrize(
    ("happens", "key", "repair"),
    [
        (lambda cloud, account: cloud.change_password(account, "Another-1"), "invalid_auth", True),
        (lambda cloud, account: cloud.change_terms(account), "terms", True),
        (lambda cloud, account: cloud.expire_password(account, "forbidden"), "password_expired", True),
        (login(faults.locked()), "locked", False),
        (lambda cloud, _: cloud.fail_always("connections", faults.dropped()), "no_answer", False),
        (lambda cloud, _: cloud.fail_always("connections", faults.status(500)), "server_trouble", False),
        (lambda cloud, account: cloud.stop_sharing(account, account.follows[0]), "not_shared", True),
    ],
    ids=["password", "terms", "expired", "locked", "internet", "trouble", "not shared"],
)
async def test_the_card_is_told_what_keeps_the_values_away_and_when_that_is_over(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
    pass_time: PassTime,
    happens: Happening,
    key: str,
    repair: bool,
) -> None:
    await pass_time(minutes=6)
    card = await hass_ws_client(hass, hass_read_only_access_token)
    await subscribed(card)
    happens(cloud, account)
    await pass_time(minutes=1)
    told = await next_change(card)
    while told["kind"] != "cause":
        told = await next_change(card)
    assert told == {"kind": "cause", "key": key, "repair": repair}
    assert await silent(card)  # The same is not told twice.


async def test_the_card_is_told_that_polling_is_switched_off(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: WebSocketGenerator, pass_time: PassTime
) -> None:
    hass.config_entries.async_update_entry(loaded, pref_disable_polling=True)
    await hass.config_entries.async_reload(loaded.entry_id)
    await pass_time(minutes=20)
    card = await hass_ws_client(hass)
    await subscribed(card)
    told = await next_change(card)
    while told["kind"] != "cause":
        told = await next_change(card)
    assert told == {"kind": "cause", "key": "polling_disabled", "repair": False}


async def test_who_opens_the_card_later_is_told_too_and_hears_when_all_is_well(
    hass: HomeAssistant,
    cloud: CloudDouble,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    pass_time: PassTime,
) -> None:
    cloud.fail_always("connections", faults.status(500))
    await pass_time(minutes=3)
    card = await hass_ws_client()
    await subscribed(card)
    assert (await next_change(card))["key"] == "server_trouble"
    cloud.heal()
    await pass_time(minutes=6)
    told = await next_change(card)
    while told["kind"] != "cause":
        told = await next_change(card)
    assert told == {"kind": "cause", "key": None, "repair": False}


async def test_after_a_reload_card_and_button_name_the_reason_rather_than_that_we_wait(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=6)
    cloud.change_terms(account)
    await pass_time(minutes=2)
    await hass.config_entries.async_reload(loaded.entry_id)
    cloud.log.clear()

    card = await hass_ws_client()
    await subscribed(card)
    assert await next_change(card) == {"kind": "cause", "key": "terms", "repair": True}
    with pytest.raises(HomeAssistantError) as refused:
        await hass.services.async_call(
            BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: "button.alex_example_refresh"}, blocking=True
        )
    assert refused.value.translation_key == "terms"
    assert not cloud.logins  # The last sign-in is not long enough ago.


async def test_of_one_repair_for_both_feeds_the_card_knows_whichever_feed_it_is_about(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    patient: Person,
    hass_ws_client: WebSocketGenerator,
    pass_time: PassTime,
) -> None:
    cloud.start_sharing(own_account, patient)
    entry = await set_up(hass, own_entry_of(own_account, live=True))
    await pass_time(minutes=12)
    cloud.expire_password(own_account)
    await entry.runtime_data.feeds[1].async_refresh()  # The diary's is the first to find out.
    await pass_time(minutes=8)
    assert repairs(hass) == {"password_expired"}

    card = await hass_ws_client()
    await subscribed(card, entity_id="sensor.jamie_sample_glucose")
    assert await next_change(card) == {"kind": "cause", "key": "password_expired", "repair": True}
