"""Issues about persons, clocks and the history of an account: when they are created and deleted.

Those about logins are in `login_issues`, which uses the basic functions here.
"""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_EMAIL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, SUBENTRY_PERSON
from ..entry_data import follows_everybody, new_persons, person_title
from ..models import Connection
from ..placeholders import as_placeholders
from .issue_kinds import (
    ACCOUNT_KEPT_ASIDE,
    CLOCK_AHEAD,
    HISTORY_SET_ASIDE,
    HISTORY_UNUSABLE,
    KINDS,
    OWN_CLOCK_WRONG,
    PATIENT_GONE,
    PERSON_GONE,
    PERSON_KEPT_ASIDE,
    PERSON_NEW,
    STORAGE_UNWRITABLE,
)

_MOST_OFFERS: Final = 5
"""Persons offered at a time, so that the list of repairs stays shorter than a practice's of patients."""


# Basic functions.


def issue_id(kind: str, entry: ConfigEntry, *parts: str) -> str:
    """Return the id of an issue. Home Assistant writes it to its log, so no part may name a person."""
    return "_".join((kind, entry.entry_id, *parts))


def find_issue_ids(hass: HomeAssistant, prefix: str = "") -> list[str]:
    """Return the ids of our issues that begin so."""
    issues = ir.async_get(hass).issues
    return [known for domain, known in issues if domain == DOMAIN and known.startswith(prefix)]


def has_issue(hass: HomeAssistant, known_id: str) -> bool:
    """Return whether an issue of this id is shown."""
    return ir.async_get(hass).async_get_issue(DOMAIN, known_id) is not None


def set_issue(
    hass: HomeAssistant,
    entry: ConfigEntry,
    kind: str,
    texts: Mapping[str, str],
    *parts: str,
    **data: str | None,
) -> None:
    """Create an issue, or update the one of that id.

    `texts` are the names in it, `data` is for its fix flow, `parts` are of the id.
    """
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(kind, entry, *parts),
        data={"entry_id": entry.entry_id, "kind": kind, **data},
        is_fixable=KINDS[kind].is_fixable,
        is_persistent=KINDS[kind].is_persistent,
        severity=KINDS[kind].severity,
        translation_key=kind,
        translation_placeholders=as_placeholders(texts),
    )


def clear_issue(hass: HomeAssistant, entry: ConfigEntry, kind: str, *parts: str) -> None:
    """Delete an issue, if it is shown."""
    ir.async_delete_issue(hass, DOMAIN, issue_id(kind, entry, *parts))


def clear_others(
    hass: HomeAssistant, entry: ConfigEntry, kind: str, expected: Container[str], *parts: str
) -> None:
    """Delete all issues of a kind but those of the expected ids. `parts` are what all ids have in common."""
    for known in find_issue_ids(hass, issue_id(kind, entry, *parts)):
        if known not in expected:
            ir.async_delete_issue(hass, DOMAIN, known)


def clear_all(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete all issues of an entry, whatever they are about."""
    for known in find_issue_ids(hass):
        if entry.entry_id in known:
            ir.async_delete_issue(hass, DOMAIN, known)


# Persons.


def update_person_issues(
    hass: HomeAssistant, entry: ConfigEntry, shared: Mapping[str, Connection], gone: Collection[str]
) -> None:
    """Offer to remove the persons in `gone`, and to add those who newly share unless all are followed.

    `shared` holds who shares, by patient id, and `gone` patient ids. Offers that no longer apply are deleted.
    """
    followed = {sub.unique_id: sub.title for sub in entry.get_subentries_of_type(SUBENTRY_PERSON)}
    missing = {key: title for key, title in followed.items() if key in gone}
    _set_exactly(hass, entry, PERSON_GONE, _name(entry, missing))
    new = {} if follows_everybody(entry) else new_persons(entry, shared)
    offered = {key: person_title(person) for key, person in new.items()}
    _set_exactly(hass, entry, PERSON_NEW, _name(entry, offered))


def update_patients_gone(hass: HomeAssistant, entry: ConfigEntry, gone: Collection[str]) -> None:
    """Say of the patients of these ids that the practice no longer gets their data, and of nobody else."""
    titles = {sub.unique_id: sub.title for sub in entry.get_subentries_of_type(SUBENTRY_PERSON)}
    missing = {key: title for key, title in titles.items() if key in gone}
    _set_exactly(hass, entry, PATIENT_GONE, _name(entry, missing))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAside:
    """The history of a removed person: its number of days, the first and the last (UTC), and its end."""

    days: int
    first: datetime
    last: datetime
    until: datetime
    """UTC. The instant at which it is deleted."""


def update_kept_aside(hass: HomeAssistant, entry: ConfigEntry, kept: Mapping[str, KeptAside]) -> None:
    """Say of how many days the history of removed persons is, and until when it is kept.

    Their names went with them. By patient id; of others nothing is said any more.
    """
    placeholders = {
        patient_id: {
            "account": entry.data[CONF_EMAIL],
            "days": str(each.days),
            "first": f"{each.first:%Y-%m-%d}",
            "last": f"{each.last:%Y-%m-%d}",
            "until": _local_day(each.until),
        }
        for patient_id, each in kept.items()
    }
    _set_exactly(hass, entry, PERSON_KEPT_ASIDE, placeholders)


def set_account_kept_aside(
    hass: HomeAssistant, entry: ConfigEntry, *, days: int | None, until: datetime, file: str
) -> None:
    """Say of how many days the history of a removed account is, until when (UTC) it is kept, and where.

    `days` is None where that is not known.

    It names no account: what outlives a restart is part of what Home Assistant puts into diagnostics.
    """
    told = "?" if days is None else str(days)
    placeholders = {"days": told, "until": _local_day(until), "file": file}
    set_issue(hass, entry, ACCOUNT_KEPT_ASIDE, placeholders)


def clear_account_kept_aside(hass: HomeAssistant, entry_id: str) -> None:
    """Delete that issue about the entry of this id, which is no more."""
    ir.async_delete_issue(hass, DOMAIN, f"{ACCOUNT_KEPT_ASIDE}_{entry_id}")


def _local_day(at: datetime) -> str:
    return f"{dt_util.as_local(at):%Y-%m-%d}"


def _name(entry: ConfigEntry, titles: Mapping[Any, str]) -> dict[str | None, dict[str, str]]:
    """Return the placeholders of issues that name persons, by patient id."""
    return {key: {"person": title, "account": entry.data[CONF_EMAIL]} for key, title in titles.items()}


def _set_exactly(
    hass: HomeAssistant, entry: ConfigEntry, kind: str, placeholders: Mapping[Any, dict[str, str]]
) -> None:
    """Show an issue of this kind with these placeholders, by patient id, and for nobody else."""
    hashes = {patient_id: sha256(str(patient_id).encode()).hexdigest()[:12] for patient_id in placeholders}
    expected = {issue_id(kind, entry, hashed) for hashed in hashes.values()}
    clear_others(hass, entry, kind, expected, "")
    for patient_id, each in islice(placeholders.items(), _MOST_OFFERS):
        set_issue(hass, entry, kind, each, hashes[patient_id], patient_id=patient_id)


# Clocks.


def set_clock_ahead(hass: HomeAssistant, entry: ConfigEntry, patient_ids: Collection[str]) -> None:
    """Name the persons whose readings come from the future, because a phone's clock is wrong."""
    persons = entry.get_subentries_of_type(SUBENTRY_PERSON)
    titles = ", ".join(person.title for person in persons if person.unique_id in patient_ids)
    set_issue(hass, entry, CLOCK_AHEAD, {"person": titles})


def clear_clock_ahead(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the issue, because no reading comes from the future any more."""
    clear_issue(hass, entry, CLOCK_AHEAD)


def set_own_clock_wrong(hass: HomeAssistant, entry: ConfigEntry, minutes: int) -> None:
    """Name the minutes by which Home Assistant's own clock is wrong."""
    set_issue(hass, entry, OWN_CLOCK_WRONG, {"minutes": str(minutes)})


def clear_own_clock_wrong(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the issue, because Home Assistant's own clock is right."""
    clear_issue(hass, entry, OWN_CLOCK_WRONG)


# The history.


def set_history_set_aside(hass: HomeAssistant, entry: ConfigEntry, name: str) -> None:
    """Name the file of a history that could not be read and was replaced. It stays until it is confirmed.

    It names no account: what outlives a restart is part of what Home Assistant puts into diagnostics.
    """
    set_issue(hass, entry, HISTORY_SET_ASIDE, {"file": name})


def set_history_unusable(hass: HomeAssistant, entry: ConfigEntry, kind: str) -> bool:
    """Create the issue that nothing can be stored, of a kind that says why.

    Return whether it was not shown before.
    """
    if has_issue(hass, issue_id(kind, entry)):
        return False
    set_issue(hass, entry, kind, {"account": entry.title})
    return True


def clear_history_unusable(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the issues of these kinds, because the history was written."""
    for kind in HISTORY_UNUSABLE:
        clear_issue(hass, entry, kind)


# The storage of sessions.


def set_storage_unwritable(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Create the issue that sessions cannot be stored. Return whether it was not shown before."""
    if has_issue(hass, issue_id(STORAGE_UNWRITABLE, entry)):
        return False
    set_issue(hass, entry, STORAGE_UNWRITABLE, {"account": entry.title})
    return True


def clear_storage_unwritable(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the issue, because sessions were stored."""
    clear_issue(hass, entry, STORAGE_UNWRITABLE)
