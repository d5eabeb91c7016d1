"""The ways in which the cloud says no, in the words that were recorded."""

from http import HTTPStatus
from typing import Any

type Body = dict[str, Any]


class Refusal(Exception):
    """An answer other than success."""

    def __init__(self, body: Body, http_status: int = HTTPStatus.OK) -> None:
        super().__init__(body)
        self.body = body
        self.http_status = http_status


def wrong_password() -> Refusal:
    """timoschlueter/nightscout-librelink-up."""
    return Refusal({"status": 2, "error": {"message": "notAuthenticated"}})


def locked() -> Refusal:
    """gui-dos/DiaBLE; the HTTP status by timoschlueter/nightscout-librelink-up #146, #218."""
    lock = {"failures": 3, "interval": 60, "lockout": 300}
    return Refusal(
        {"status": 429, "data": {"code": 60, "data": lock, "message": "locked"}}, HTTPStatus.TOO_MANY_REQUESTS
    )


def redirect(region: str, **more: str) -> Refusal:
    """FokkeZB/libreview-unofficial; not an HTTP redirect. LibreView's says more (skobkars/lvconnect)."""
    return Refusal({"status": 0, "data": {"redirect": True, "region": region, **more}})


def wrong_server() -> Refusal:
    """gui-dos/DiaBLE, poml88/LibreWrist; also seen during maintenance."""
    return Refusal({"status": 911})


def could_not_load_patient() -> Refusal:
    """robberwick/pylibrelinkup; the same number as a step, without `data`."""
    return Refusal({"status": 4, "error": {"message": "couldNotLoadPatient"}})


def version_too_old(minimum: str | None) -> Refusal:
    """timoschlueter/nightscout-librelink-up #201, gillesvs/librelink #52."""
    data = {} if minimum is None else {"minimumVersion": minimum}
    return Refusal({"status": 920, "data": data}, HTTPStatus.FORBIDDEN)


def header_missing() -> Refusal:
    """JohanDegraeve/xdripswift PR 550."""
    return Refusal({"message": "RequiredHeaderMissing"}, HTTPStatus.BAD_REQUEST)


def product_mismatch() -> Refusal:
    """gui-dos/DiaBLE."""
    return Refusal({"message": "ProductMismatch"}, HTTPStatus.BAD_REQUEST)


def ticket_invalid() -> Refusal:
    """gui-dos/DiaBLE."""
    return Refusal({"message": "invalid or expired jwt"}, HTTPStatus.UNAUTHORIZED)


def missing_cached_user(http_status: int = HTTPStatus.UNAUTHORIZED) -> Refusal:
    """gui-dos/DiaBLE, which notes the body only; the HTTP status is a guess."""
    return Refusal({"message": "MissingCachedUser"}, http_status)


def failed_to_load_history() -> Refusal:
    """gui-dos/DiaBLE, for a ticket of LibreLinkUp at LibreView."""
    return Refusal({"status": 2, "error": {"message": "failedToLoadHistory"}})


def bad_request(what: str = "") -> Refusal:
    """Our own wording: how the cloud answers a malformed request is not public. `what` names the culprit."""
    return Refusal({"message": f"BadRequest {what}".strip()}, HTTPStatus.BAD_REQUEST)


def not_found() -> Refusal:
    """Our own wording."""
    return Refusal({"message": "NotFound"}, HTTPStatus.NOT_FOUND)
