"""A password that one service has refused is not sent to the other, whatever happens in between."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from tests.cloud_double import Account, CloudDouble, Person, SecondFactor
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import is_form
from tests.support.entries import entry_of, own_entry_of
from tests.support.prompts import REAUTH, prompts
from tests.support.repair_dialogs import dialog, issues, set_up_repairs
from tests.support.restart import restarted

# Repairs bring Home Assistant's web server, which names its parts as aiohttp no longer likes it.
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")


@pytest.fixture
def self_follower(own_account: Account, patient: Person, cloud: CloudDouble) -> Account:
    """Somebody with an account of their own who follows themself."""
    cloud.start_sharing(own_account, patient)
    return own_account


def sign_ins(cloud: CloudDouble) -> int:
    return len(cloud.logins) + len(cloud.web_logins)


async def test_a_repair_that_goes_on_with_the_stored_password_asks_for_it_where_it_was_refused(
    hass: HomeAssistant, self_follower: Account, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await set_up_repairs(hass)
    self_follower.second_factor = SecondFactor()
    await set_up(hass, own_entry_of(self_follower, live=True))
    await pass_time(minutes=20)
    cloud.change_password(self_follower, "Another-1")
    await pass_time(hours=2)
    assert prompts(hass) == {REAUTH, "second_factor"}
    cloud.log.clear()
    (issue,) = (each for each in issues(hass) if each.translation_key == "second_factor")
    assert is_form(await dialog(hass, issue), "reauth_confirm", "invalid_auth")
    assert not sign_ins(cloud)


async def test_a_restart_does_not_forget_that_the_other_service_refused_the_password(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    self_follower: Account,
    cloud: CloudDouble,
    pass_time: PassTime,
) -> None:
    entry = await set_up(hass, own_entry_of(self_follower, live=True))
    await pass_time(minutes=20)
    cloud.change_password(self_follower, "Another-1")
    cloud.log.clear()
    while not cloud.logins:
        await pass_time(seconds=30)
    assert sign_ins(cloud) == 1
    await hass.config_entries.async_unload(entry.entry_id)
    await pass_time(minutes=1)
    await set_up(hass, restarted(hass, entry))
    await pass_time(hours=2)
    assert sign_ins(cloud) == 1
    assert prompts(hass) == {REAUTH}


async def test_a_restart_does_not_forget_what_another_account_with_the_same_login_was_refused(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    account: Account,
    own_account: Account,
    cloud: CloudDouble,
    pass_time: PassTime,
) -> None:
    mine = own_entry_of(own_account)
    parents = await set_up(hass, entry_of(account, diaries=[own_account]))
    await pass_time(minutes=1)
    cloud.log.clear()
    cloud.change_password(own_account, "Another-1")
    while not cloud.web_logins:
        await pass_time(minutes=10)
    await hass.config_entries.async_unload(parents.entry_id)
    await pass_time(hours=3)
    restarted(hass, parents).add_to_hass(hass)  # It is set up after the other.
    await set_up(hass, mine)
    await pass_time(hours=2)
    assert len(cloud.web_logins) == 1
    assert prompts(hass) >= {REAUTH}
