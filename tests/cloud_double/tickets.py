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

WEB = "lv"
"""LibreView's own product, as tickets and headers name it; LibreLinkUp's are `llu.…`."""

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
    ticket_id: str
    step: str | None


class TicketOffice:
    """Issues tickets and reads them back."""

    def __init__(self) -> None:
        self._serial = count(1)
        self._replaced: set[str] = set()

    def issue(
        self,
        account: Account,
        *,
        product: str,
        now: datetime,
        life: timedelta = TICKET_LIFE,
        step: str | None = None,
    ) -> dict[str, Any]:
        """A ticket in the cloud's form; one for a step lasts an hour."""
        life = STEP_LIFE if step else life
        expires = int((now + life).timestamp())
        claims = {
            "id": account.user_id,
            "firstName": account.first_name,
            "lastName": account.last_name,
            "country": account.country,
            "region": account.region,
            **_role(account),
            "email": account.email,
            "units": int(account.uom),
            "practices": [],
            "c": 1,
            "s": product,
            "sid": session_of(account, product),
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
        if claims is None or now.timestamp() >= claims["exp"] or claims["jti"] in self._replaced:
            return None
        return Claims(
            user_id=claims["id"],
            region=claims["region"],
            product=claims["s"],
            session=claims["sid"],
            ticket_id=claims["jti"],
            step=claims.get("taskType"),
        )

    def replace(self, claims: Claims) -> None:
        """A ticket is void from now on, because another took its place."""
        self._replaced.add(claims.ticket_id)


def session_of(account: Account, product: str) -> str:
    """The session id that tickets of the account must carry; it changes when they are revoked."""
    web = f" web {account.web_session}" if product == WEB else ""
    return str(uuid5(NAMESPACE, f"session {account.user_id} {account.session}{web}"))


def _role(account: Account) -> dict[str, str]:
    role = "patient" if account.professional is None else account.professional.role
    return {} if role is None else {"role": role}


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
