"""A partner's program: it signs in through a browser, renews its token, and asks for what is new."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp.test_utils import TestClient
from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth import auth_manager_from_config
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, ensure_auth_manager_loaded
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, set_up
from tests.support.entries import entry_of
from tests.support.readers import CLIENT_ID, share
from tests.support.stored_history import HOUR, keep, readings_before

REDIRECT: Final = f"{CLIENT_ID}oauth/redirect"
SIGN_IN: Final = {"username": "somebody", "password": "Correct-horse-1"}
PROVIDER: Final = {"type": "insecure_example", "users": [{**SIGN_IN, "name": "Somebody"}]}


class Partner:
    """A program that does as its guide says, with the client secret that it is used to send."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self._client = client
        self._tokens: dict[str, Any] = {}
        self.cursor = ""

    async def authorize(self) -> None:
        """Be given a code by the person's browser, and exchange it."""
        steps = {"client_id": CLIENT_ID, "handler": ["insecure_example", None], "redirect_uri": REDIRECT}
        flow = await (await self._client.post("/auth/login_flow", json=steps)).json()
        answer = {"client_id": CLIENT_ID, **SIGN_IN}
        done = await (await self._client.post(f"/auth/login_flow/{flow['flow_id']}", json=answer)).json()
        back = urlsplit(f"{REDIRECT}?{urlencode({'code': done['result'], 'state': 'x'})}")
        (code,) = parse_qs(back.query)["code"]
        assert await self._exchange({"grant_type": "authorization_code", "code": code}) == 200

    async def refresh(self) -> int:
        token = self._tokens["refresh_token"]
        return await self._exchange({"grant_type": "refresh_token", "refresh_token": token})

    async def _exchange(self, form: Mapping[str, str]) -> int:
        data = {**form, "client_id": CLIENT_ID, "client_secret": "nobody asks"}
        response = await self._client.post("/auth/token", data=data)
        if response.status == 200:
            self._tokens |= await response.json()
        return response.status

    async def read(self, path: str) -> Any:
        """Return the answer, or its status where that is no success."""
        headers = {"Authorization": f"Bearer {self._tokens['access_token']}"}
        response = await self._client.get(f"/api/libreview/{path}", headers=headers)
        return await response.json() if response.status == 200 else response.status

    async def news(self, person_id: str) -> list[float]:
        """Return the values of the hours that changed."""
        page = await self.read(f"changes/{person_id}?cursor={self.cursor}")
        assert isinstance(page, dict), page
        self.cursor = page["cursor"]
        return [item["value"] for hour in page["hours"] for item in hour["items"]]


@pytest.fixture
async def people(hass: HomeAssistant, cloud: CloudDouble) -> None:
    """Somebody can sign in to Home Assistant with a password."""
    hass.auth = await auth_manager_from_config(hass, [PROVIDER], [])
    ensure_auth_manager_loaded(hass.auth)


@pytest.fixture
async def partner(
    hass: HomeAssistant,
    people: None,
    web: None,
    quiet: MockConfigEntry,
    person: Person,
    hass_client_no_auth: ClientSessionGenerator,
) -> Partner:
    assert await async_setup_component(hass, "auth", {})
    await share(hass, quiet, person, client_id=CLIENT_ID)
    return Partner(await hass_client_no_auth())


async def test_a_partner_reads_what_is_new_each_hour_until_it_is_ended(
    hass: HomeAssistant,
    partner: Partner,
    quiet: MockConfigEntry,
    person: Person,
    freezer: FrozenDateTimeFactory,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100, 101]))
    await partner.authorize()
    (told,) = await partner.read("persons")
    assert await partner.news(told["id"]) == [100, 101]

    for number, minutes in enumerate((45, 75, 60, 52)):
        freezer.tick(timedelta(minutes=minutes))
        await keep(hass, quiet, person, readings_before(NOON + (number + 1) * 2 * HOUR, [110 + number]))
        assert await partner.read("persons") == 401, "the access token has expired"
        assert await partner.refresh() == 200
        assert await partner.news(told["id"]) == [110 + number]
    assert await partner.news(told["id"]) == []

    # The reader is removed: the token lives on, and reads nobody any more.
    (reader,) = quiet.get_subentries_of_type("reader")
    hass.config_entries.async_remove_subentry(quiet, reader.subentry_id)
    assert await partner.read("persons") == []
    assert await partner.read(f"changes/{told['id']}") == 404


async def test_an_account_that_is_not_loaded_keeps_no_other_waiting(
    hass: HomeAssistant, partner: Partner, quiet: MockConfigEntry, person: Person, cloud: CloudDouble
) -> None:
    other = Person(first_name="Robin")
    other.has_reading = False
    entry = await set_up(hass, entry_of(cloud.add_account(Account(email="b@example.com"), persons=[other])))
    await share(hass, entry, other, client_id=CLIENT_ID)
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    await partner.authorize()
    told = {each["name"]: each["id"] for each in await partner.read("persons")}
    assert set(told) == {person.name, other.name}

    await hass.config_entries.async_unload(entry.entry_id)

    assert [each["name"] for each in await partner.read("persons")] == [person.name]
    assert await partner.news(told[person.name]) == [100]
    # Nobody may take that person for one who is shared no more.
    assert await partner.read(f"changes/{told[other.name]}") == 503
    await hass.config_entries.async_unload(quiet.entry_id)
    assert await partner.read("persons") == 503


async def test_who_ends_the_sign_in_on_their_profile_ends_it_at_once(
    hass: HomeAssistant, partner: Partner
) -> None:
    await partner.authorize()
    users = await hass.auth.async_get_users()
    tokens = [token for user in users for token in user.refresh_tokens.values()]
    (token,) = [token for token in tokens if token.client_id == CLIENT_ID]
    hass.auth.async_remove_refresh_token(token)
    assert await partner.read("persons") == 401
    assert await partner.refresh() == 400
