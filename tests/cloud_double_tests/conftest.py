"""A served double in a time of its own, an account, and somebody who signs in with it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession
import pytest

from tests.cloud_double import Account, CloudDouble, Person

from .follower import Follower
from .patient import Patient


class Clock:
    """The time the cloud lives in, which stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 10, 12, 0, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def cloud(clock: Clock, socket_enabled: None) -> AsyncIterator[CloudDouble]:
    cloud = CloudDouble(clock=clock)
    async with cloud.serving():
        yield cloud


@pytest.fixture
def person() -> Person:
    return Person(phase=timedelta(0), upload_delay=timedelta(seconds=5), upload_jitter=timedelta(0))


@pytest.fixture
def account(cloud: CloudDouble, person: Person) -> Account:
    return cloud.add_account(Account(), persons=[person])


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def stranger(session: ClientSession, cloud: CloudDouble, account: Account) -> Follower:
    """Knows the password, has not signed in."""
    return Follower(session, cloud, account)


@pytest.fixture
async def follower(stranger: Follower) -> Follower:
    """Has signed in."""
    return await stranger.signed_in()


@pytest.fixture
def own_account(cloud: CloudDouble, person: Person) -> Account:
    """The person's own login, beside the follower's."""
    return cloud.add_account(Account(email="patient@example.com", own=person))


@pytest.fixture
def visitor(session: ClientSession, cloud: CloudDouble, own_account: Account) -> Patient:
    """Knows the password of the person's own account, has not signed in to LibreView."""
    return Patient(session, cloud, own_account)


@pytest.fixture
async def patient(visitor: Patient) -> Patient:
    """Has signed in to LibreView."""
    return await visitor.signed_in()
