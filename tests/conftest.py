"""A cloud, a clock and an account: what most tests start from."""

# Before anything else, or Home Assistant finds the test kit's own package of this name.
import custom_components.libreview  # noqa: F401  # isort: skip

import asyncio
from collections.abc import AsyncIterator, Generator
from datetime import UTC, datetime, timedelta
from functools import partial
import logging
from pathlib import Path
from random import Random

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from custom_components.libreview import backoff
from custom_components.libreview.account import account as account_module, clock_watch
from custom_components.libreview.const import DOMAIN
from custom_components.libreview.diary import pace
from custom_components.libreview.entity import PersonEntity
from tests.cloud_double import Account, CloudDouble, Person, Practice, Sensor, professional
from tests.nightscout_double import NightscoutDouble
from tests.support.clock import PassTime, let_pass, settled_but_automations
from tests.support.entries import entry_of, own_entry_of
from tests.support.examples import load_profile
from tests.support.frozen_clock import quicken_frozen_clock
from tests.support.notified_home import House
from tests.support.quick_templates import quicken_templates
from tests.support.translation_check import checked_translations

NOON = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
LATELY = NOON - timedelta(days=3)
"""When most persons had their first sensor: reports of three months take a second each."""


load_profile()

# Where the event loop is in debug mode it keeps the stack of everything it is given, which takes half of the
# tests' time. One call is enough. Tasks that are written in C know no depth but the function's own.
pytest.MonkeyPatch().setattr("asyncio.constants.DEBUG_STACK_DEPTH", 1)
pytest.MonkeyPatch().setattr("traceback.extract_stack.__defaults__", (None, 1))

# At the end of a test Home Assistant waits some milliseconds for each of its threads before it interrupts it,
# and an interrupted one does not wake the next. A busy machine needs longer.
pytest.MonkeyPatch().setattr("homeassistant.util.executor.EXECUTOR_SHUTDOWN_TIMEOUT", 300)

quicken_frozen_clock()
quicken_templates()

# Home Assistant's test kit has every statement of the recorder logged.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)

THREADED = ("flows", "history")
"""Folders of tests in which readings and files are worked on in threads."""


@pytest.fixture(autouse=True)
async def enable_event_loop_debug(request: pytest.FixtureRequest) -> None:
    """The loop watches for calls out of other threads, where there are such: it takes a fifth of the time."""
    asyncio.get_running_loop().set_debug(request.path.parent.name in THREADED)


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """A folder of each test's own, for there are files that the test kit knows nothing of."""
    (Path(hass_tmp_config_dir) / ".storage").mkdir(exist_ok=True)
    return hass_tmp_config_dir


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load what is in custom_components, in the tests that have one: most need none."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(autouse=True)
def _no_clock_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is not to stop every five seconds on its way."""
    monkeypatch.setattr(clock_watch, "TICK", timedelta(days=365))


@pytest.fixture(autouse=True)
def _same_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the same waits in every run, or a test fails in one of many."""
    for module in (backoff, pace):
        monkeypatch.setattr(module, "Random", partial(Random, 1))


@pytest.fixture(autouse=True)
def _translations() -> Generator[None]:
    """No dialog, issue or exception without its text."""
    with checked_translations():
        yield


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
async def cloud(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[CloudDouble]:
    """A cloud at noon, which Home Assistant takes for Abbott's."""
    freezer.move_to(NOON)

    async def pause(seconds: float) -> None:
        """Time goes by while a report is in the making."""
        freezer.tick(seconds)

    monkeypatch.setattr(account_module, "pause", pause)
    double = CloudDouble(clock=lambda: datetime.now(UTC))
    async with double.serving():
        monkeypatch.setenv("LIBREVIEW_CLOUD_URL", double.url_template)
        yield double
        for entry in hass.config_entries.async_entries(DOMAIN):
            async with entry.setup_lock:
                pass  # A reload that is under way may end before Home Assistant does.


@pytest.fixture
async def nightscout(cloud: CloudDouble) -> AsyncIterator[NightscoutDouble]:
    """A Nightscout server, without anything."""
    double = NightscoutDouble(lambda: datetime.now(UTC))
    async with double.serving():
        yield double


@pytest.fixture
def person(cloud: CloudDouble) -> Person:
    """Someone steady at 120 mg/dL, whose phone uploads at once."""
    return Person(
        began=LATELY,
        curve=lambda _: 120,
        phase=timedelta(),
        upload_delay=timedelta(seconds=2),
        upload_jitter=timedelta(),
    )


@pytest.fixture
def account(cloud: CloudDouble, person: Person) -> Account:
    """An account that follows that person."""
    return cloud.add_account(Account(), persons=[person])


@pytest.fixture
def patient(cloud: CloudDouble) -> Person:
    """Someone who wears a sensor and keeps a diary, and follows nobody."""
    return Person(
        first_name="Jamie",
        last_name="Sample",
        sensor=Sensor(product=3),  # It has fewer readings, which makes reports and tests faster.
        began=LATELY,
        curve=lambda _: 120,
        phase=timedelta(),
        upload_delay=timedelta(seconds=2),
        upload_jitter=timedelta(),
    )


@pytest.fixture
def own_account(cloud: CloudDouble, patient: Person) -> Account:
    """The LibreView account of that person, without a second factor."""
    account = Account(email="patient@example.com", own=patient)
    account.first_name, account.last_name = patient.first_name, patient.last_name
    return cloud.add_account(account)


@pytest.fixture
def own_entry(own_account: Account) -> MockConfigEntry:
    """The config entry of that account, not set up yet: the diary alone."""
    return own_entry_of(own_account)


@pytest.fixture
def entry(account: Account) -> MockConfigEntry:
    """The config entry of that account, with all its persons, not set up yet."""
    return entry_of(account)


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """The account, set up."""
    return await set_up(hass, entry)


@pytest.fixture
async def quiet(hass: HomeAssistant, entry: MockConfigEntry, person: Person) -> MockConfigEntry:
    """The account, set up, whose person has no reading yet."""
    person.has_reading = False
    return await set_up(hass, entry)


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set an entry up and let everything settle."""
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entry


@pytest.fixture(autouse=True)
def _fine_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the event loop that a frozen clock counts microseconds, or it spins on a timer due just now."""
    if "hass" in request.fixturenames:
        hass: HomeAssistant = request.getfixturevalue("hass")
        monkeypatch.setattr(hass.loop, "_clock_resolution", 1e-6)


@pytest.fixture
def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> PassTime:
    """Let time go by, and wait for what happens."""
    return partial(let_pass, hass, freezer)


@pytest.fixture
async def diary_read(hass: HomeAssistant, own_entry: MockConfigEntry, pass_time: PassTime) -> MockConfigEntry:
    """The account of one's own, set up and its diary read for the first time; all live in the same zone."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    await set_up(hass, own_entry)
    await pass_time(seconds=30)
    return own_entry


@pytest.fixture
async def diary_read_before(diary_read: MockConfigEntry, pass_time: PassTime) -> MockConfigEntry:
    """The account of one's own, its diary read long enough ago for another sign-in."""
    await pass_time(minutes=40)
    return diary_read


@pytest.fixture
def every_entity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entities are enabled, also those that are not by themselves."""
    monkeypatch.setattr(PersonEntity, "entity_registry_enabled_default", True)


@pytest.fixture
def nurse(cloud: CloudDouble) -> Account:
    """A professional with a LibreView login."""
    return professional()


@pytest.fixture
def clinic(cloud: CloudDouble, nurse: Account) -> Practice:
    """A practice whose member that professional is."""
    return cloud.add_practice(Practice(members=[nurse]))


@pytest.fixture
async def notified_home(hass: HomeAssistant, loaded: MockConfigEntry) -> AsyncIterator[House]:
    """A house that follows that person, without a phone or an automation yet."""
    assert await async_setup_component(hass, "notify", {})
    yield House(hass=hass)
    if hass.states.async_entity_ids("automation"):  # What still waits would hold up the end.
        await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


@pytest.fixture
def automation_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> PassTime:
    """Let time go by like `pass_time`, but without waiting for what automations wait for."""
    return partial(let_pass, hass, freezer, settled_but_automations)
