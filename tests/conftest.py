"""A cloud, a clock and an account: what most tests start from."""

# Before anything else, or Home Assistant finds the test kit's own package of this name.
import custom_components.libreview  # noqa: F401  # isort: skip

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.const import CONF_EMAIL, CONF_PASSWORD, CONF_REGION
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import hypothesis
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from custom_components.libreview.cloud.libreview import LibreView
from custom_components.libreview.const import CONF_LIVE, CONF_PATIENT_ID, CONF_SERVICE, DOMAIN
from tests.cloud_double import Account, CloudDouble, Person
from tests.house import House
from tests.house_time import let_pass
from tests.translation_check import checked_translations

NOON = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)


# A busy machine is slow, which says nothing about the code.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """A folder of each test's own, for there are files that the test kit knows nothing of."""
    (Path(hass_tmp_config_dir) / ".storage").mkdir(exist_ok=True)
    return hass_tmp_config_dir


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant load what is in custom_components."""


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

    monkeypatch.setattr(LibreView.__init__, "__defaults__", (pause,))
    double = CloudDouble(clock=lambda: datetime.now(UTC))
    async with double.serving():
        monkeypatch.setenv("LIBREVIEW_CLOUD_URL", double.url_template)
        yield double
        for entry in hass.config_entries.async_entries(DOMAIN):
            async with entry.setup_lock:
                pass  # A reload that is under way may end before Home Assistant does.


@pytest.fixture
def person(cloud: CloudDouble) -> Person:
    """Someone steady at 120 mg/dL, whose phone uploads at once."""
    return Person(
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


def entry_of(account: Account, **data: Any) -> MockConfigEntry:
    """A config entry for an account, following everyone it may."""
    return MockConfigEntry(
        domain=DOMAIN,
        version=2,
        title=account.email,
        unique_id=account.user_id,
        data={
            CONF_EMAIL: account.email,
            CONF_PASSWORD: account.password,
            CONF_REGION: account.region,
            **data,
        },
        subentries_data=[subentry_data(each) for each in account.follows],
    )


def own_entry_of(account: Account, *, live: bool = False, **data: Any) -> MockConfigEntry:
    """A config entry for somebody's own LibreView account, with or without the live feed."""
    assert account.own is not None
    return MockConfigEntry(
        domain=DOMAIN,
        version=2,
        title=account.email,
        unique_id=account.user_id,
        data={
            CONF_EMAIL: account.email,
            CONF_PASSWORD: account.password,
            CONF_REGION: account.region,
            CONF_SERVICE: "libreview",
            CONF_LIVE: live,
            **data,
        },
        subentries_data=[subentry_data(account.own)],
    )


def diary_login(account: Account) -> dict[str, Any]:
    """The diary login of a followed person, as it stands in the data of their subentry."""
    return {
        CONF_EMAIL: account.email,
        CONF_PASSWORD: account.password,
        CONF_REGION: account.region,
        CONF_PATIENT_ID: account.user_id,
    }


def subentry_data(person: Person, **data: Any) -> ConfigSubentryDataWithId:
    """The subentry of a person."""
    return ConfigSubentryDataWithId(
        data=MappingProxyType(data),
        subentry_id=f"subentry-{person.first_name.lower()}",
        subentry_type="person",
        title=person.name,
        unique_id=person.patient_id,
    )


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


@pytest.fixture
def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Callable[..., Awaitable[None]]:
    """Let time go by, in steps fine enough for every timer to fire at its moment."""

    async def passing(*, step: float = 10.0, **span: float) -> None:
        end = datetime.now(UTC) + timedelta(**span)
        while (now := datetime.now(UTC)) < end:
            freezer.tick(min(timedelta(seconds=step), end - now))
            async_fire_time_changed(hass)
            await hass.async_block_till_done(wait_background_tasks=True)

    return passing


@pytest.fixture
async def house(hass: HomeAssistant, loaded: MockConfigEntry) -> AsyncIterator[House]:
    """A house that follows that person, without a phone or an automation yet."""
    assert await async_setup_component(hass, "notify", {})
    yield House(hass=hass)
    if hass.states.async_entity_ids("automation"):  # What still waits would hold up the end.
        await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


@pytest.fixture
def house_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Callable[..., Awaitable[None]]:
    """Let time go by like `pass_time`, but without waiting for what automations wait for."""
    return partial(let_pass, hass, freezer)
