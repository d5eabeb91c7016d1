"""Who may do what with a person's data: the one gate of all actions, of the card's commands and of readers.

The right to a person's data is that to their glucose sensor. Files on Home Assistant's disk are for
administrators, since others who may use it, or the public, can reach them. An automation has every right.
"""

from collections.abc import Iterable

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.core import Context, HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er

from ..account.followed_person import FollowedPerson
from ..const import DOMAIN
from ..entity import unique_id
from .lookup import all_persons, find_person

_NO_ENTITY = f"{SENSOR_DOMAIN}.{DOMAIN}"
"""An entity id that no sensor has: the right to it is that to all sensors."""


@callback
def check_entity(user: User, entity_id: str, policy: str, context: Context | None = None) -> None:
    """Raise Unauthorized unless the user has this right to the person of a glucose sensor."""
    if not user.permissions.check_entity(entity_id, policy):
        raise Unauthorized(context=context, entity_id=entity_id, permission=policy)


@callback
def may_read(hass: HomeAssistant, user: User, person: FollowedPerson) -> bool:
    """Return whether a user may read a person's data."""
    return bool(user.permissions.check_entity(_glucose_entity_id(hass, person), POLICY_READ))


async def async_find_person(call: ServiceCall, device_id: str, policy: str) -> FollowedPerson:
    """Return the person of a device, to whose data the caller has this right.

    Raises Unauthorized, and ServiceValidationError where there is none.
    """
    user = await _async_get_user(call)
    person = find_person(call.hass, device_id)
    if user is not None:
        check_entity(user, _glucose_entity_id(call.hass, person), policy, call.context)
    return person


async def async_find_controlled_persons(call: ServiceCall) -> list[FollowedPerson]:
    """Return the persons whose entities the caller may control. Raises Unauthorized if there are none."""
    user = await _async_get_user(call)
    persons = list(all_persons(call.hass))
    permitted = persons if user is None else list(_select_controlled(call.hass, user, persons))
    if persons and not permitted:
        raise Unauthorized(context=call.context, permission=POLICY_CONTROL)
    return permitted


async def async_check_administrator(call: ServiceCall) -> None:
    """Raise Unauthorized unless an administrator calls, or no user at all."""
    user = await _async_get_user(call)
    if user is not None and not user.is_admin:
        raise Unauthorized(context=call.context)


async def _async_get_user(call: ServiceCall) -> User | None:
    """Return who calls, None for an automation. Raises UnknownUser for somebody who was removed."""
    if call.context.user_id is None:
        return None
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None:
        raise UnknownUser(context=call.context)
    return user


def _select_controlled(
    hass: HomeAssistant, user: User, persons: Iterable[FollowedPerson]
) -> Iterable[FollowedPerson]:
    for person in persons:
        if user.permissions.check_entity(_glucose_entity_id(hass, person), POLICY_CONTROL):
            yield person


def _glucose_entity_id(hass: HomeAssistant, person: FollowedPerson) -> str:
    account_id = person.config_entry.unique_id if person.config_entry else None
    identity = unique_id(account_id, person.patient_id, "glucose")
    return er.async_get(hass).async_get_entity_id(SENSOR_DOMAIN, DOMAIN, identity) or _NO_ENTITY
