"""A practice of the double's with patients, and the entry of one of its members."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.cloud.errors import StepRequiredError
from custom_components.libreview.cloud.services import LIBREVIEW
from custom_components.libreview.cloud.session_state import Credentials
from custom_components.libreview.const import CONF_KIND, CONF_SERVICE, DOMAIN, KIND_PRACTICE
from custom_components.libreview.diary.practice_coordinator import PracticeCoordinator
from custom_components.libreview.sign_in.session_store import stash_sessions
from custom_components.libreview.sign_in.sign_in import SignIn, initial_state
from tests.cloud_double import Account, CloudDouble, Person, Practice, Sensor
from tests.conftest import set_up
from tests.support.diary import minutes_between
from tests.support.entries import entry_of


def patient_account(cloud: CloudDouble, name: str, email: str | None = None) -> Account:
    """The account of a patient of that name, with readings of four hours, whose phone uploads at once."""
    first, _, last = name.partition(" ")
    person = Person(
        first_name=first,
        last_name=last,
        sensor=Sensor(product=3),
        began=cloud.now() - timedelta(hours=4),
        curve=lambda _: 120,
        phase=timedelta(),
        upload_delay=timedelta(seconds=2),
        upload_jitter=timedelta(),
    )
    return Account(
        email=email or f"{first}.{last}@example.org".lower(), first_name=first, last_name=last, own=person
    )


def linked(cloud: CloudDouble, practice: Practice, *names: str) -> list[Account]:
    """Patients of these names, connected to the practice."""
    accounts = [cloud.add_account(patient_account(cloud, name)) for name in names]
    for account in accounts:
        practice.link(account)
    return accounts


def practice_entry(member: Account, patients: Iterable[Account], **data: Any) -> MockConfigEntry:
    """The entry of a member who follows these patients."""
    persons = [
        ConfigSubentryDataWithId(
            data=MappingProxyType({}),
            subentry_id=f"subentry-{each.first_name}-{each.last_name}".lower(),
            subentry_type="person",
            title=f"{each.first_name} {each.last_name[:1]}.",
            unique_id=each.user_id,
        )
        for each in patients
    ]
    return entry_of(member, persons=persons, **{CONF_SERVICE: "libreview", CONF_KIND: KIND_PRACTICE, **data})


def feed_of(entry: MockConfigEntry) -> PracticeCoordinator:
    """The feed of a practice that is set up."""
    feed: PracticeCoordinator | None = entry.runtime_data.practice
    assert feed is not None
    return feed


async def stash_session(hass: HomeAssistant, member: Account) -> None:
    """A member signs in with a code, as in a dialog; the set-up that follows goes on with the session."""
    credentials = Credentials(email=member.email, password=member.password)
    sign_in = SignIn(hass, LIBREVIEW, credentials, initial_state(region=member.region))
    with suppress(StepRequiredError):
        await sign_in.async_submit()
    await sign_in.async_send_code(sign_in.step.targets[0])
    await sign_in.async_verify("123456")
    stash_sessions(hass, member.user_id, {LIBREVIEW.key: sign_in.state})


async def followed(hass: HomeAssistant, nurse: Account, *patients: Account) -> MockConfigEntry:
    """The entry of a nurse who follows these patients, set up."""
    await stash_session(hass, nurse)
    return await set_up(hass, practice_entry(nurse, patients))


def shown(hass: HomeAssistant, what: str, name: str = "nora_e") -> str:
    """The state of a patient's sensor, which must be there."""
    found = hass.states.get(f"sensor.{name}_{what}")
    assert found is not None, hass.states.async_entity_ids()
    return found.state


def issues(hass: HomeAssistant) -> list[str]:
    """The kinds of repairs that are shown, as often as each is."""
    return sorted(
        issue.translation_key or "" for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN
    )


def minutes_between_orders(cloud: CloudDouble) -> list[float]:
    """The minutes from one order of a report to the next."""
    return minutes_between([each.at for each in cloud.requests("reports")])
