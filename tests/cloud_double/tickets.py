"""Tickets: tokens that look like Abbott's, with claims that would give a leak away (name and e-mail).

The claims are those decoded from public recordings of robberwick/pylibrelinkup and
timoschlueter/nightscout-librelink-up.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
import hmac
from itertools import count
import json
from typing import Any
from uuid import uuid5

from .account import Account
from .person import NAMESPACE

TICKET_LIFE = timedelta(days=180)
STEP_LIFE = timedelta(hours=1)

_SECRET = b"the cloud double signs with this, so that tickets outlive a restart of it"
_HEADER = {"alg": "HS256", "typ": "JWT"}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid ticket says."""

    user_id: str
    region: str
    product: str
    session: str
    step: str | None


class TicketOffice:
    """Issues tickets and reads them back."""

    def __init__(self) -> None:
        self._serial = count(1)

    def issue(
        self, account: Account, *, product: str, now: datetime, step: str | None = None
    ) -> dict[str, Any]:
        """A ticket in the cloud's form; one for a step lasts an hour, any other 180 days."""
        life = STEP_LIFE if step else TICKET_LIFE
        expires = int((now + life).timestamp())
        claims = {
            "id": account.user_id,
            "firstName": account.first_name,
            "lastName": account.last_name,
            "country": account.country,
            "region": account.region,
            "role": "patient",
            "email": account.email,
            "units": int(account.uom),
            "practices": [],
            "c": 1,
            "s": product,
            "sid": session_of(account),
            "exp": expires,
            "iat": int(now.timestamp()),
            "jti": str(uuid5(NAMESPACE, f"ticket {account.user_id} {now.isoformat()} {next(self._serial)}")),
        }
        if step:
            claims["taskType"] = step
        return {"token": _encode(claims), "expires": expires, "duration": int(life.total_seconds() * 1000)}

    def read(self, token: str, now: datetime) -> Claims | None:
        """The claims of a ticket, or None when it is not one of ours or has expired."""
        claims = _decode(token)
        if claims is None or now.timestamp() >= claims["exp"]:
            return None
        return Claims(claims["id"], claims["region"], claims["s"], claims["sid"], claims.get("taskType"))


def session_of(account: Account) -> str:
    """The session id that tickets of the account must carry; it changes when they are revoked."""
    return str(uuid5(NAMESPACE, f"session {account.user_id} {account.session}"))


def _encode(claims: dict[str, Any]) -> str:
    signed = ".".join(_base64(json.dumps(part, separators=(",", ":")).encode()) for part in (_HEADER, claims))
    return f"{signed}.{_signature(signed)}"


def _decode(token: str) -> dict[str, Any] | None:
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_signature(signed).encode(), signature.encode()):
        return None
    payload = signed.partition(".")[2]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _signature(signed: str) -> str:
    return _base64(hmac.digest(_SECRET, signed.encode(), "sha256"))


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
