"""Clients of the cloud double, without anything of Home Assistant around them but its HTTP session."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any, override

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest

from custom_components.libreview.cloud.librelinkup import LibreLinkUp
from custom_components.libreview.cloud.libreview import LibreView
from custom_components.libreview.cloud.services import LIBREVIEW
from custom_components.libreview.cloud.session import Session
from custom_components.libreview.cloud.session_state import Credentials, SessionState
from custom_components.libreview.cloud.sign_in_guard import SignInGuard
from custom_components.libreview.cloud.transport import Transport
from tests.cloud_double import Account, CloudDouble, Person, faults

RECORDED = Path(__file__).parent.parent / "recorded"


def recorded(name: str) -> Any:
    """A recorded answer."""
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def regions_asked(cloud: CloudDouble) -> list[str]:
    """The regions to which credentials were sent, in that order."""
    return [login.region for login in (*cloud.logins, *cloud.web_logins)]


def bodies_sent(cloud: CloudDouble, endpoint: str) -> list[Any]:
    """What requests to an endpoint carry, from now on; they are answered truly."""
    bodies: list[Any] = []

    async def look(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        bodies.append(await request.json())
        return await truth()

    cloud.fail_always(endpoint, look)
    return bodies


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


@dataclass(slots=True)
class Owner(Client):
    """A session at LibreView, of somebody with data of their own there."""

    @override
    async def read(self) -> int:
        """How many devices there are data of."""
        answer: Any = await self.session.get("/reportSettings", name="report settings")
        return len(answer["data"]["dataSources"])


type ClientFactory = Callable[..., Client]
type OwnerFactory = Callable[..., Owner]
type DailyLog = Callable[[], Awaitable[bytes | None]]


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


# LibreView.


@pytest.fixture
def own_account(cloud: CloudDouble, person: Person) -> Account:
    """That person's own login."""
    return cloud.add_account(Account(email="patient@example.com", own=person))


@pytest.fixture
async def new_owner(hass: HomeAssistant, own_account: Account) -> OwnerFactory:
    """Makes a client of the person's own account, in any remembered state and with any password."""
    transport = Transport(async_get_clientsession(hass), LIBREVIEW)

    def make(
        state: SessionState | None = None, password: str | None = None, guard: SignInGuard | None = None
    ) -> Owner:
        kept: list[SessionState] = []
        credentials = Credentials(email=own_account.email, password=password or own_account.password)
        return Owner(Session(transport, credentials, state or SessionState(), kept.append, guard=guard), kept)

    return make


@pytest.fixture
def owner(new_owner: OwnerFactory) -> Owner:
    """A client of LibreView that has never signed in."""
    return new_owner()


@pytest.fixture
async def owner_signed_in(owner: Owner, cloud: CloudDouble, freezer: FrozenDateTimeFactory) -> Owner:
    """A client of LibreView that signed in an hour ago."""
    await owner.session.sign_in()
    cloud.log.clear()
    owner.kept.clear()
    freezer.tick(3600)
    return owner


@pytest.fixture
def pauses() -> list[float]:
    """How many seconds were waited between questions about a report."""
    return []


@pytest.fixture
def libreview(owner_signed_in: Owner, pauses: list[float], freezer: FrozenDateTimeFactory) -> LibreView:
    """LibreView as somebody uses it who signed in an hour ago."""

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        freezer.tick(seconds)

    return LibreView(owner_signed_in.session, pause=pause)


@pytest.fixture
def daily_log(libreview: LibreView, own_account: Account) -> DailyLog:
    """Fetches the person's report of the day."""
    now = datetime.now(UTC)
    return lambda: libreview.daily_log(own_account.user_id, first=now.date(), now=now)
