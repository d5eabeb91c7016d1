"""Reading what the answers of both services have in common: status, error, renewed ticket, unit of glucose.

An answer is an object such as {"status": 0, "data": {...}, "ticket": {...}}, or {"status": 4, "error":
{"message": "..."}} (all recordings). Some of LibreView's answers have no status.
"""

from typing import Final

from ..models import GlucoseUnit
from . import fields
from .errors import InvalidAnswerError, PersonNotLoadableError
from .session_state import Ticket

STATUS_OK: Final = 0
STATUS_WRONG_CREDENTIALS: Final = 2
STATUS_STEP: Final = 4
"""Signing in stops at a step; some errors have the same number."""
_UNITS: Final = {0.0: GlucoseUnit.MMOL_L, 1.0: GlucoseUnit.MG_DL}


def is_good(answer: fields.JsonMapping) -> bool:
    """Return whether the status is 0, or there is none."""
    return fields.whole(answer.get("status")) in (STATUS_OK, None)


def check_status(answer: fields.JsonMapping) -> None:
    """Raise PersonNotLoadableError or InvalidAnswerError for an answer whose status is not good."""
    if is_good(answer):
        return
    if error_message(answer) == "couldNotLoadPatient":
        raise PersonNotLoadableError("the cloud does not load this person")
    raise InvalidAnswerError(f"the cloud answered with status {fields.whole(answer.get('status'))}")


def error_message(answer: fields.JsonMapping) -> str:
    """Return the text under `error`, empty when there is none."""
    return fields.text(fields.mapping(answer.get("error")).get("message")) or ""


def refusal_text(answer: fields.JsonMapping) -> str:
    """Return the texts with which an answer says why it refuses, in all places where it can."""
    error, data = answer.get("error"), fields.mapping(answer.get("data"))
    texts = (answer.get("message"), error, fields.mapping(error).get("message"), data.get("message"))
    return " ".join(filter(None, map(fields.text, texts)))


def parse_renewed_ticket(answer: fields.JsonMapping) -> Ticket | None:
    """Return the new ticket in an answer: at its top, or beside the user (FokkeZB/libreview-unofficial)."""
    data = fields.mapping(answer.get("data"))
    places = (answer.get("ticket"), data.get("authTicket"), data.get("ticket"))
    return next(filter(None, map(Ticket.parse, places)), None)


def parse_unit(value: object) -> GlucoseUnit | None:
    """Return the unit that a number stands for in `uom` and `GlucoseUnits`, None for any other value."""
    number = value if type(value) is int else fields.number(value)
    return None if number is None else _UNITS.get(number)
