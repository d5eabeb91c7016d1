"""Telling a patient's account from a professional's.

Recordings know the words for a patient only: `accountType` is `pat`, and a ticket's claim `role` is `patient`
(robberwick/pylibrelinkup). The words for professionals are not public, so any other word is one of theirs.
"""

from base64 import urlsafe_b64decode
from typing import Final

from ..models import AccountKind
from . import fields
from .answer_errors import decode_object
from .session_state import Ticket

_PATIENT: Final = ("pat", "patient")


def find_account_kind(user: fields.JsonMapping, ticket: Ticket | None) -> AccountKind | None:
    """Return the kind of the account of a user with a ticket, None where neither tells it."""
    words = [fields.text(user.get("accountType")), fields.text(_claims(ticket).get("role"))]
    told = {word.lower() for word in words if word}
    if told.intersection(_PATIENT):
        return AccountKind.PATIENT
    return AccountKind.PROFESSIONAL if told else None


def _claims(ticket: Ticket | None) -> fields.JsonMapping:
    """Return what a ticket, a JWT, says. Nothing that has to be true depends on it."""
    parts = ticket.token.split(".") if ticket else []
    if len(parts) != 3:
        return fields.EMPTY
    try:
        raw = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
    except ValueError:
        return fields.EMPTY
    return decode_object(raw) or fields.EMPTY
