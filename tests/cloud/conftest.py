"""A client of the cloud double, without anything of Home Assistant around it but its HTTP session."""

from collections.abc import Callable
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest

from custom_components.libreview.cloud.librelinkup import LibreLinkUp
from custom_components.libreview.cloud.session import Session
from custom_components.libreview.cloud.state import Credentials, SessionState
from custom_components.libreview.cloud.transport import Transport
from tests.cloud_double import Account, CloudDouble

RECORDED = Path(__file__).parent.parent / "recorded"


def recorded(name: str) -> Any:
    """A recorded answer."""
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def regions_asked(cloud: CloudDouble) -> list[str]:
    """The regions to which credentials were sent, in that order."""
    return [login.region for login in cloud.logins]


@dataclass(slots=True)
class Client:
    """A session at LibreLinkUp, and every state it wanted to be kept."""

    session: Session
    kept: list[SessionState] = field(default_factory=list)

    @property
    def state(self) -> SessionState:
        return self.session.state

    async def read(self) -> int:
        """How many persons share with the account."""
        return len(await LibreLinkUp(self.session).connections())


type ClientFactory = Callable[..., Client]


@pytest.fixture
async def transport(hass: HomeAssistant, cloud: CloudDouble) -> Transport:
    return Transport(async_get_clientsession(hass))


@pytest.fixture
def new_client(transport: Transport, account: Account) -> ClientFactory:
    """Makes a client of the account, in any remembered state and with any password."""

    def make(state: SessionState | None = None, password: str | None = None) -> Client:
        kept: list[SessionState] = []
        credentials = Credentials(email=account.email, password=password or account.password)
        return Client(Session(transport, credentials, state or SessionState(), kept.append), kept)

    return make


@pytest.fixture
def client(new_client: ClientFactory) -> Client:
    """A client that has never signed in."""
    return new_client()


@pytest.fixture
async def signed_in(client: Client, cloud: CloudDouble, freezer: FrozenDateTimeFactory) -> Client:
    """A client that signed in an hour ago."""
    await client.session.sign_in()
    cloud.log.clear()
    client.kept.clear()
    freezer.tick(3600)
    return client
