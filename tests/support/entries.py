"""Config entries of accounts, as they are kept once they have been added."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.const import CONF_EMAIL, CONF_PASSWORD, CONF_REGION
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import CONF_LIVE, CONF_PATIENT_ID, CONF_SERVICE, DOMAIN
from tests.cloud_double import Account, Person


def entry_of(
    account: Account,
    *,
    persons: Sequence[ConfigSubentryDataWithId] | None = None,
    diaries: Sequence[Account] = (),
    title: str | None = None,
    **data: Any,
) -> MockConfigEntry:
    """Return the entry of an account that follows everyone it may, or only these persons.

    The first of its persons have these diary logins.
    """
    logins = [{"diary": diary_login(each)} for each in diaries]
    logins += [{}] * (len(account.follows) - len(logins))
    if persons is None:
        persons = [subentry_data(each, **login) for each, login in zip(account.follows, logins, strict=True)]
    return MockConfigEntry(
        domain=DOMAIN,
        version=2,
        title=title or account.email,
        unique_id=account.user_id,
        data={
            CONF_EMAIL: account.email,
            CONF_PASSWORD: account.password,
            CONF_REGION: account.region,
            **data,
        },
        subentries_data=persons,
    )


def own_entry_of(
    account: Account,
    *,
    persons: Sequence[ConfigSubentryDataWithId] | None = None,
    live: bool = False,
    **data: Any,
) -> MockConfigEntry:
    """Return the entry of somebody's own LibreView account, with or without the live feed."""
    assert account.own is not None
    own = [subentry_data(account.own)] if persons is None else persons
    return entry_of(account, persons=own, **{CONF_SERVICE: "libreview", CONF_LIVE: live, **data})


def diary_login(account: Account) -> dict[str, Any]:
    """Return the diary login of a followed person, as it stands in the data of their subentry."""
    return {
        CONF_EMAIL: account.email,
        CONF_PASSWORD: account.password,
        CONF_REGION: account.region,
        CONF_PATIENT_ID: account.user_id,
    }


def subentry_data(person: Person, **data: Any) -> ConfigSubentryDataWithId:
    """Return the subentry of a person, with these settings."""
    return ConfigSubentryDataWithId(
        data=MappingProxyType(data),
        subentry_id=f"subentry-{person.first_name.lower()}",
        subentry_type="person",
        title=person.name,
        unique_id=person.patient_id,
    )
