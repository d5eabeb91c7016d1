"""Judging an answer: its JSON object, or the error that it means. The body counts before the HTTP status."""

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import time
from typing import Final

import orjson

from . import fields
from .answers import STATUS_OK, STATUS_STEP, STATUS_WRONG_CREDENTIALS, refusal_text
from .errors import (
    BlockedError,
    ClientOutdatedError,
    CloudError,
    InvalidAnswerError,
    LockedError,
    PasswordExpiredError,
    ProtocolEndedError,
    RateLimitedError,
    RequestRejectedError,
    ServerTroubleError,
    TicketRejectedError,
    UnauthorizedError,
    UntrustedRedirectError,
)
from .services import LIBRELINKUP, version_numbers
from .session_state import wants_new_password

_MAINTENANCE: Final = 911
_VERSION_REFUSED: Final = 920
_TOO_MANY_LOGINS: Final = 430
_BANNED: Final = 476
_LEFT_TO_CALLERS: Final = (STATUS_WRONG_CREDENTIALS, STATUS_STEP)
"""They come with HTTP 200 in all recordings, but count with whatever HTTP status they come."""
_CLIENT_MESSAGES: Final = ("RequiredHeaderMissing", "ProductMismatch")
_TICKET_MESSAGES: Final = ("invalid or expired jwt", "MissingCachedUser")


def decode_object(raw: bytes) -> fields.JsonMapping | None:
    """Return the JSON object in a body, None when there is none."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def parse_answer(
    http: int,
    headers: Mapping[str, str],
    raw: bytes,
    *,
    last_protocol: int | None = LIBRELINKUP.last_protocol,
) -> fields.JsonMapping:
    """Return the answer's JSON object. Raise the CloudError that the answer means."""
    return check_answer(http, headers, decode_object(raw), raw, last_protocol=last_protocol)


def check_answer(
    http: int,
    headers: Mapping[str, str],
    body: fields.JsonMapping | None,
    raw: bytes,
    *,
    last_protocol: int | None,
) -> fields.JsonMapping:
    """Return the object of an answer, if it has one. Raise the CloudError that the answer means."""
    if (error := _find_error(http, headers, body, raw, last_protocol)) is not None:
        raise error
    if body is None:
        raise InvalidAnswerError(f"HTTP {http} with a body of {len(raw)} bytes that is no JSON object")
    return body


def _find_error(
    http: int,
    headers: Mapping[str, str],
    body: fields.JsonMapping | None,
    raw: bytes,
    last_protocol: int | None,
) -> CloudError | None:
    """Return the error that an answer means, None for a good one. The body counts before the HTTP status."""
    answer = body or fields.EMPTY
    status = fields.whole(answer.get("status"))
    message = fields.text(answer.get("message")) or ""
    data = fields.mapping(answer.get("data"))
    wait = parse_retry_after(headers)
    if status == _VERSION_REFUSED:
        return _client_outdated_error(fields.text(data.get("minimumVersion")), last_protocol)
    if message in _CLIENT_MESSAGES:
        return ClientOutdatedError(f"HTTP {http}: {message}")
    if (account_error := _account_error(http, status, answer, wait)) is not None:
        return account_error
    if (ticket_error := _ticket_error(http, message)) is not None:
        return ticket_error
    if http == _BANNED or (http == HTTPStatus.FORBIDDEN and body is None):
        return BlockedError(f"HTTP {http}: turned away before reaching the cloud", retry_after=wait)
    if HTTPStatus.TOO_MANY_REQUESTS in (http, status) or http == _TOO_MANY_LOGINS:
        return RateLimitedError(f"HTTP {http}: asked to slow down", retry_after=wait)
    if status == _MAINTENANCE or http >= HTTPStatus.INTERNAL_SERVER_ERROR or http == _MAINTENANCE:
        return ServerTroubleError(f"HTTP {http}, status {status}: the cloud is in trouble", retry_after=wait)
    if HTTPStatus.MULTIPLE_CHOICES <= http < HTTPStatus.BAD_REQUEST:
        return UntrustedRedirectError(f"HTTP {http}: a redirect that is not followed")
    if http >= HTTPStatus.BAD_REQUEST and status not in _LEFT_TO_CALLERS:
        error = InvalidAnswerError if body is None else RequestRejectedError
        return error(f"HTTP {http} with a body of {len(raw)} bytes")
    return None


def _account_error(
    http: int, status: int | None, answer: fields.JsonMapping, wait: float | None
) -> CloudError | None:
    """Return the error of an account whose password is too old, or that is locked."""
    is_refusal = http >= HTTPStatus.BAD_REQUEST or status not in (STATUS_OK, None)
    if is_refusal and wants_new_password(refusal_text(answer)):
        return PasswordExpiredError("the password has to be renewed")
    data = fields.mapping(answer.get("data"))
    if fields.text(data.get("message")) == "locked":
        lockout = max(0.0, fields.number(fields.mapping(data.get("data")).get("lockout")) or 0.0)
        return LockedError("the account is locked after failed sign-ins", retry_after=lockout or wait)
    return None


def _ticket_error(http: int, message: str) -> TicketRejectedError | None:
    if message in _TICKET_MESSAGES:
        return TicketRejectedError(f"HTTP {http}: the ticket is not accepted")
    if http == HTTPStatus.UNAUTHORIZED:
        return UnauthorizedError(f"HTTP {http}: the ticket is not accepted")
    return None


def _client_outdated_error(minimum: str | None, last_protocol: int | None) -> ClientOutdatedError:
    numbers = version_numbers(minimum or "")
    if numbers is None:
        return ClientOutdatedError("the client version is refused, and no other is named")
    if last_protocol is not None and numbers[0] > last_protocol:
        return ProtocolEndedError(f"the cloud demands version {minimum}", minimum=minimum)
    return ClientOutdatedError(f"the cloud demands version {minimum}", minimum=minimum)


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that a Retry-After header asks for, as a number or as a date."""
    value = headers.get("Retry-After")
    if value is None:
        return None
    if (seconds := fields.number(value)) is not None:
        return max(0.0, seconds)
    until = parse_http_date(value)
    return None if until is None else max(0.0, until - time.time())


def parse_http_date(value: str | None) -> float | None:
    """Return a date of HTTP in seconds since 1970, None for any other text."""
    try:
        date = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return date.replace(tzinfo=date.tzinfo or UTC).timestamp()
